import { expect, test } from "vitest";
import type { Request, Response } from "../../api/request.ts";
import { cast } from "../../base/units.ts";
import { setOwner } from "./set-owner.ts";
import type { StepMove } from "./step-program.ts";

const view = { now: 1000, index: 0 };
const owner = { apiVersion: "v1", kind: "ConfigMap", name: "parent", namespace: "a" };

function answered<S>(move: StepMove<S>, response: Response): { readonly type: "replies"; readonly replies: never[] } {
  const request: Request | undefined = move.requests?.[0];
  return cast({ type: "replies", replies: [{ request, response, retried: false }] });
}

const found = (name: string, namespace: string, uid: string): Response =>
  cast({ ok: true, code: 200, object: { metadata: { name, namespace, uid } } });

test("the owner's uid is read and written to the other object, whatever its namespace", () => {
  const params = setOwner.params.parse({ configmap: "child", namespace: "b", owner });
  const begun = setOwner.next(setOwner.start(params, view), { type: "begin" }, view);
  expect(begun.requests).toEqual([{ verb: "get", resource: "configmaps", namespace: "b", name: "child" }]);
  const asking = setOwner.next(begun.state, answered(begun, found("child", "b", "u2")), view);
  expect(asking.requests).toEqual([{ verb: "get", resource: "configmaps", namespace: "a", name: "parent" }]);
  const writing = setOwner.next(asking.state, answered(asking, found("parent", "a", "u1")), view);
  expect(writing.requests).toMatchObject([
    {
      verb: "patch",
      resource: "configmaps",
      namespace: "b",
      name: "child",
      body: { metadata: { ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "parent", uid: "u1" }] } },
    },
  ]);
  expect(setOwner.params.safeParse({ configmap: "child", owner: { ...owner, kind: "Nothing" } }).success).toBe(false);
});

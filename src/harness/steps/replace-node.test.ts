import { expect, test } from "vitest";
import type { Request, Response } from "../../api/request.ts";
import { cast } from "../../base/units.ts";
import { replaceNode } from "./replace-node.ts";
import type { StepMove } from "./step-program.ts";

const view = { now: 1000, index: 0 };

const stored = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n", uid: "u", resourceVersion: "7", labels: { zone: "a" }, annotations: { ttl: "0" } },
  spec: {
    podCIDR: "10.0.0.0/24",
    unschedulable: true,
    taints: [
      { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" },
      { key: "dedicated", effect: "NoSchedule" },
    ],
  },
  status: {
    capacity: { cpu: "4", memory: "8Gi" },
    allocatable: { cpu: "4", memory: "7Gi" },
    conditions: [{ type: "Ready", status: "True" }],
  },
};

function answered<S>(move: StepMove<S>, response: Response): { readonly type: "replies"; readonly replies: never[] } {
  const request: Request | undefined = move.requests?.[0];
  return cast({ type: "replies", replies: [{ request, response, retried: false }] });
}

test("the Node goes, and one of the other size comes under its name, uncordoned", () => {
  const begun = replaceNode.next(replaceNode.start({ node: "n", cpu: "1" }, view), { type: "begin" }, view);
  expect(begun.requests).toEqual([{ verb: "get", resource: "nodes", name: "n" }]);
  const deleting = replaceNode.next(begun.state, answered(begun, cast({ ok: true, code: 200, object: stored })), view);
  expect(deleting.requests).toEqual([{ verb: "delete", resource: "nodes", name: "n" }]);
  const creating = replaceNode.next(deleting.state, answered(deleting, cast({ ok: true, code: 200 })), view);
  expect(creating.requests?.[0]).toMatchObject({
    verb: "create",
    resource: "nodes",
    body: {
      metadata: { name: "n", labels: { zone: "a" } },
      spec: { podCIDR: "10.0.0.0/24", taints: [{ key: "dedicated", effect: "NoSchedule" }] },
      status: { capacity: { cpu: "1", memory: "8Gi" }, allocatable: { cpu: "1", memory: "7Gi" } },
    },
  });
  expect(cast<{ metadata: object; spec: object }>(creating.requests?.[0]?.body).metadata).toEqual({
    name: "n",
    labels: { zone: "a" },
  });
  const done = replaceNode.next(creating.state, answered(creating, cast({ ok: true, code: 201 })), view);
  expect(done.done).toEqual({ ok: true, message: "node/n replaced" });
});

test("a node that is missing is no node to replace", () => {
  const begun = replaceNode.next(replaceNode.start({ node: "n", cpu: "1" }, view), { type: "begin" }, view);
  const status = { kind: "Status", status: "Failure", code: 404, reason: "NotFound", message: 'nodes "n" not found' };
  const done = replaceNode.next(begun.state, answered(begun, cast({ ok: false, status })), view);
  expect(done.done).toEqual({ ok: false, message: 'Error from server (NotFound): nodes "n" not found' });
});

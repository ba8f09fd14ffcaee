import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/base/random.ts";
import { Etcd } from "../../src/etcd/etcd.ts";
import { ApiServer } from "../../src/apiserver/server.ts";
import { objectKey } from "../../src/api/object.ts";
import type { ApiObject } from "../../src/api/object.ts";
import type { Request, Response } from "../../src/api/request.ts";

type Step =
  | { readonly do: "create" | "delete"; readonly name: string }
  | { readonly do: "label"; readonly name: string; readonly app: string }
  | { readonly do: "write"; readonly name: string; readonly stale: boolean };

const name = fc.constantFrom("a", "b", "c");
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom("create" as const, "delete" as const), name }),
  fc.record({ do: fc.constant("label" as const), name, app: fc.constantFrom("x", "y") }),
  fc.record({ do: fc.constant("write" as const), name, stale: fc.boolean() }),
);
const steps = fc.array(step, { maxLength: 30 });

function newServer(mutants: ReadonlySet<string> = new Set()) {
  const random = new Random(1);
  const server = new ApiServer(new Etcd(), { mutants });
  const send = (request: Request): Response =>
    server.handle(request, { now: 0, random: (stream) => random.next(stream) });
  send({ verb: "create", resource: "namespaces", body: { metadata: { name: "t" } } });
  return { server, send };
}

function perform(server: ApiServer, send: (request: Request) => Response, action: Step): Response {
  const at = { resource: "configmaps", namespace: "t", name: action.name };
  switch (action.do) {
    case "create":
      return send({
        verb: "create",
        resource: "configmaps",
        namespace: "t",
        body: { metadata: { name: action.name, labels: { app: "x" } } },
      });
    case "delete":
      return send({ ...at, verb: "delete" });
    case "label":
      return send({ ...at, verb: "patch", patchType: "merge", body: { metadata: { labels: { app: action.app } } } });
    case "write": {
      const now = server.objects("configmaps").get(`t/${action.name}`)?.metadata.resourceVersion ?? "1";
      const resourceVersion = action.stale ? String(Number(now) - 1) : now;
      return send({
        ...at,
        verb: "update",
        body: { metadata: { name: action.name, resourceVersion }, data: { n: now } },
      });
    }
  }
}

const listed = (response: Response): readonly ApiObject[] =>
  response.ok && "list" in response ? response.list.items : [];

/** A client that lists, then follows a watch, against the list at the end. */
function follow(mutants: ReadonlySet<string>, before: readonly Step[], after: readonly Step[], labelSelector: string) {
  const { server, send } = newServer(mutants);
  for (const action of before) perform(server, send, action);
  const list = send({ verb: "list", resource: "configmaps", namespace: "t", options: { labelSelector } });
  const resourceVersion = list.ok && "list" in list ? list.list.resourceVersion : "0";
  const opened = server.openWatch("configmaps", { namespace: "t", labelSelector, resourceVersion });
  if (!("watch" in opened)) throw new Error("the watch was refused");
  for (const action of after) perform(server, send, action);
  const store = new Map(listed(list).map((object) => [objectKey(object), object]));
  let ordered = true;
  let last = Number(resourceVersion);
  for (const { type, object } of server.drain(opened.watch)) {
    const version = Number(object.metadata.resourceVersion);
    ordered &&= version > last;
    last = version;
    if (type === "DELETED") store.delete(objectKey(object));
    else store.set(objectKey(object), object);
  }
  const end = listed(send({ verb: "list", resource: "configmaps", namespace: "t", options: { labelSelector } }));
  return { ordered, store, end: new Map(end.map((object) => [objectKey(object), object])) };
}

describe("API server", () => {
  it("a list and the watch from its version give the later list, in order of versions, for any selector", () => {
    fc.assert(
      fc.property(steps, steps, fc.constantFrom("", "app=x", "app!=x"), (before, after, labelSelector) => {
        const { ordered, store, end } = follow(new Set(), before, after, labelSelector);
        expect(ordered).toBe(true);
        expect(store).toEqual(end);
      }),
    );
  });

  it("refuses a write with a version that is not the stored one, and accepts one with it", () => {
    fc.assert(
      fc.property(steps, (actions) => {
        const { server, send } = newServer();
        for (const action of actions) {
          const exists = server.objects("configmaps").has(`t/${action.name}`);
          const revision = server.etcd.revision;
          const response = perform(server, send, action);
          if (action.do !== "write") continue;
          expect(response.ok).toBe(exists && !action.stale);
          if (!response.ok) {
            expect(response.status.reason).toBe(exists ? "Conflict" : "NotFound");
            expect(server.etcd.revision).toBe(revision);
          }
        }
      }),
    );
  });

  it("(mutant API-03) loses the first event after an empty window", () => {
    const created: Step = { do: "create", name: "a" };
    expect(follow(new Set(["API-03"]), [], [created], "").store.size).toBe(0);
    expect(follow(new Set(), [], [created], "").store.size).toBe(1);
  });

  it("(mutant SVC-01) gives two Services one address", () => {
    const addresses = (mutants: ReadonlySet<string>): number => {
      const { server, send } = newServer(mutants);
      for (const service of ["a", "b"])
        send({
          verb: "create",
          resource: "services",
          namespace: "t",
          body: { metadata: { name: service }, spec: { ports: [{ port: 80 }] } },
        });
      const seen = [...server.objects("services").values()].map(
        (object) => (object as unknown as { spec: { clusterIP: string } }).spec.clusterIP,
      );
      return new Set(seen).size;
    };
    expect(addresses(new Set())).toBe(2);
    expect(addresses(new Set(["SVC-01"]))).toBe(1);
  });
});

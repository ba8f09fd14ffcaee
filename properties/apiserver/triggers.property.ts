import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ApiServer } from "../../src/apiserver/server.ts";
import type { Watch } from "../../src/apiserver/server.ts";
import type { Request, WatchEvent } from "../../src/api/request.ts";
import { Random } from "../../src/base/random.ts";
import { Etcd } from "../../src/etcd/etcd.ts";

const name = fc.constantFrom("a", "b", "c", "d");
const step = fc.oneof(
  fc.record({ do: fc.constant("create" as const), name }),
  fc.record({ do: fc.constant("delete" as const), name }),
  fc.record({ do: fc.constant("bind" as const), name, node: fc.constantFrom("n1", "n2") }),
  fc.record({ do: fc.constant("compact" as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const at = { resource: "pods", namespace: "default" };

function requestOf(action: Exclude<Step, { readonly do: "compact" }>): Request {
  const metadata = { name: action.name };
  switch (action.do) {
    case "create":
      return { ...at, verb: "create", body: { metadata, spec: { containers: [{ name: "c", image: "i" }] } } };
    case "delete":
      return { ...at, verb: "delete", name: action.name, options: { gracePeriodSeconds: 0 } };
    case "bind":
      return {
        ...at,
        verb: "create",
        name: action.name,
        subresource: "binding",
        body: { metadata, target: { kind: "Node", name: action.node } },
      };
  }
}

const told = (events: readonly WatchEvent[]): readonly string[] =>
  events.map(({ type, object }) => `${type} ${object.metadata.name} ${object.metadata.resourceVersion}`);

describe("watches of one name or node", () => {
  it("tell the same whether they look through few entries or find many by index", () => {
    const selectors = ["spec.nodeName=n1", "metadata.name=a", "spec.nodeName=", "metadata.name=b,spec.nodeName!=n2"];
    let indexed = 0;
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 40, maxLength: 120 }),
        fc.constantFrom(...selectors),
        (steps, fieldSelector) => {
          const random = new Random(1);
          const server = new ApiServer(new Etcd());
          const send = (request: Request): unknown =>
            server.handle(request, { now: 0, random: (stream) => random.next(stream) });
          send({ verb: "create", resource: "namespaces", body: { metadata: { name: "default" } } });
          const open = (): Watch => {
            const opened = server.openWatch("pods", { fieldSelector });
            if (!("watch" in opened)) throw new Error(opened.status.message);
            return opened.watch;
          };
          const eager = open();
          const lazy = open();
          const seen: string[] = [];
          for (const action of steps) {
            if (action.do === "compact") {
              // Compacted up to where the lazy one stands: its history stays, the log begins elsewhere.
              server.etcd.compact(Math.max(1, lazy.cursor));
              continue;
            }
            send(requestOf(action));
            seen.push(...told(server.drain(eager)));
          }
          if (server.etcd.logOf("pods").length > 16) indexed += 1;
          expect(told(server.drain(lazy))).toEqual(seen);
          expect(lazy.cursor).toBe(eager.cursor);
        },
      ),
      { numRuns: 300 },
    );
    expect(indexed).toBeGreaterThan(100);
  });
});

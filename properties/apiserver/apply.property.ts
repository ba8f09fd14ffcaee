import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/base/random.ts";
import { Etcd } from "../../src/etcd/etcd.ts";
import { ApiServer } from "../../src/apiserver/server.ts";
import type { ApiObject } from "../../src/api/object.ts";
import type { Request, Response } from "../../src/api/request.ts";

interface Config {
  readonly data?: { readonly [key: string]: string };
  readonly labels?: { readonly [key: string]: string };
  readonly finalizers?: readonly string[];
}

const map = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom("1", "2"), { minKeys: 1, maxKeys: 3 });
const config: fc.Arbitrary<Config> = fc.record(
  {
    data: map,
    labels: map,
    finalizers: fc.uniqueArray(fc.constantFrom("x.io/a", "x.io/b"), { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const manager = fc.constantFrom("one", "two", "three");
const applies = fc.array(fc.record({ manager, config, force: fc.boolean() }), { minLength: 1, maxLength: 12 });

function newServer(managedFields: boolean): (request: Request) => Response {
  const random = new Random(1);
  const server = new ApiServer(new Etcd(), { managedFields });
  const send = (request: Request): Response =>
    server.handle(request, { now: 0, random: (stream) => random.next(stream) });
  send({ verb: "create", resource: "namespaces", body: { metadata: { name: "t" } } });
  return send;
}

function applyAs(
  send: (request: Request) => Response,
  fieldManager: string,
  { data, labels, finalizers }: Config,
  force: boolean,
): Response {
  return send({
    verb: "patch",
    resource: "configmaps",
    namespace: "t",
    name: "c",
    patchType: "apply",
    options: { fieldManager, force },
    body: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "c", ...(labels !== undefined && { labels }), ...(finalizers !== undefined && { finalizers }) },
      ...(data !== undefined && { data }),
    },
  });
}

function objectOf(answer: Response): (ApiObject & { readonly data?: { readonly [key: string]: string } }) | undefined {
  return answer.ok && "object" in answer ? answer.object : undefined;
}

describe("server-side apply", () => {
  it("leaves what a configuration names, refuses what others own with another value unless forced, and repeats to nothing", () => {
    let conflicts = 0;
    fc.assert(
      fc.property(applies, (steps) => {
        const send = newServer(true);
        for (const step of steps) {
          const answer = applyAs(send, step.manager, step.config, step.force);
          if (!answer.ok) {
            expect(step.force).toBe(false);
            expect(answer.status.code).toBe(409);
            conflicts += 1;
            continue;
          }
          const object = objectOf(answer);
          expect(object?.data ?? {}).toMatchObject(step.config.data ?? {});
          expect(object?.metadata.labels ?? {}).toMatchObject(step.config.labels ?? {});
          for (const name of step.config.finalizers ?? []) expect(object?.metadata.finalizers).toContain(name);
          expect(objectOf(applyAs(send, step.manager, step.config, step.force))).toEqual(object);
        }
      }),
      { numRuns: 200 },
    );
    expect(conflicts).toBeGreaterThan(0);
  });

  it("takes every field away again once its last applier no longer names it", () => {
    fc.assert(
      fc.property(applies, (steps) => {
        const send = newServer(true);
        for (const step of steps) applyAs(send, step.manager, step.config, true);
        for (const name of ["one", "two", "three"]) applyAs(send, name, {}, true);
        const object = objectOf(send({ verb: "get", resource: "configmaps", namespace: "t", name: "c" }));
        expect(object?.data).toBeUndefined();
        expect(object?.metadata.labels).toBeUndefined();
        expect(object?.metadata.finalizers).toBeUndefined();
        expect(object?.metadata.managedFields).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it("keeps no managers where the switch is off", () => {
    const send = newServer(false);
    const object = objectOf(applyAs(send, "one", { data: { a: "1" } }, false));
    expect(object?.data).toEqual({ a: "1" });
    expect(object?.metadata.managedFields).toBeUndefined();
  });
});

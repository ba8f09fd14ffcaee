import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApiObject } from "../../src/api/object.ts";
import { objectKey } from "../../src/api/object.ts";
import { present } from "../../src/base/assert.ts";
import { cast } from "../../src/base/units.ts";
import type { EndpointSlice } from "../../src/api/types/discovery-v1.ts";
import { applyToStore, emptyStore, listerOf } from "../../src/client/informer.ts";
import type { EndpointSliceMemory } from "../../src/controllers/endpointslice/controller.ts";
import { endpointSliceController } from "../../src/controllers/endpointslice/controller.ts";

const SLICES = "endpointslices.discovery.k8s.io";
const max = 3;

/** One pod of a step; its address follows from its name. */
const podPlan = fc.record({
  name: fc.nat(12),
  ready: fc.boolean(),
  phase: fc.constantFrom("Running", "Running", "Running", "Failed", "Pending"),
  leaving: fc.boolean(),
  mine: fc.constantFrom(true, true, true, false),
});

type PodPlan = typeof podPlan extends fc.Arbitrary<infer T> ? T : never;

function object(kind: string, name: string, fields: object, metadata: object = {}): ApiObject {
  const meta = { name, namespace: "default", uid: name, resourceVersion: "", creationTimestamp: "", ...metadata };
  return cast<ApiObject>({ apiVersion: "v1", kind, metadata: meta, ...fields });
}

function podOf({ name, ready, phase, leaving, mine }: PodPlan): ApiObject {
  const ip = `10.244.0.${name + 2}`;
  const status =
    phase === "Pending"
      ? { phase }
      : { phase, podIP: ip, podIPs: [{ ip }], conditions: [{ type: "Ready", status: ready ? "True" : "False" }] };
  return object(
    "Pod",
    `p${name}`,
    { spec: { nodeName: "n0", containers: [] }, status },
    {
      labels: { app: mine ? "web" : "other" },
      ...(leaving && { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    },
  );
}

/** The controller with stores that answer its writes at once. */
function world() {
  const controller = endpointSliceController({ maxEndpointsPerSlice: max });
  const specs = new Map(controller.watches.map((spec) => [spec.resource, spec]));
  const stores = new Map([...specs].map(([resource, spec]) => [resource, emptyStore(spec)]));
  const lister = (resource: string) => listerOf(present(stores.get(resource), resource));
  let memory: EndpointSliceMemory = controller.initialMemory();
  let version = 0;
  const put = (resource: string, body: ApiObject, gone = false): void => {
    version += 1;
    const stored = { ...body, metadata: { ...body.metadata, resourceVersion: String(version) } };
    applyToStore(
      present(stores.get(resource), resource),
      present(specs.get(resource), resource),
      objectKey(body),
      gone ? undefined : stored,
    );
  };
  /** One sync; tells the number of its writes. */
  const sync = (): number => {
    const intents = controller.reconcile({
      key: "default/web",
      now: 0,
      listers: { of: lister },
      expectationsSatisfied: true,
      replies: [],
      memory,
      random: () => 0,
    });
    memory = intents.memory ?? memory;
    for (const { request } of intents.writes.flat()) {
      const body = cast<ApiObject>(request.body);
      if (request.verb === "delete")
        put(SLICES, present(lister(SLICES).get(`default/${request.name ?? ""}`), "the slice"), true);
      else if (request.verb === "create")
        put(SLICES, { ...body, metadata: { ...body.metadata, name: `web-${version}`, uid: `uid-${version}` } });
      else put(SLICES, body);
    }
    return intents.writes.flat().length;
  };
  return { put, sync, slices: () => cast<EndpointSlice[]>([...lister(SLICES).list()]), pods: () => lister("pods") };
}

describe("endpointslice-controller", () => {
  it("holds every usable pod exactly once, in slices that are never too full, and then rests", () => {
    let several = 0;
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(podPlan, { selector: (pod) => pod.name, maxLength: 13, size: "max" }), {
          minLength: 1,
          maxLength: 6,
        }),
        (steps) => {
          const { put, sync, slices, pods } = world();
          put("nodes", object("Node", "n0", {}, { namespace: undefined }));
          const spec = {
            clusterIP: "10.96.0.1",
            ipFamilies: ["IPv4"],
            selector: { app: "web" },
            ports: [{ port: 80, protocol: "TCP" }],
          };
          put("services", object("Service", "web", { spec }));
          for (const step of steps) {
            for (const pod of [...pods().list()]) put("pods", pod, true);
            for (const pod of step) put("pods", podOf(pod));
            sync();
            const held = slices().flatMap((slice) => slice.endpoints ?? []);
            const usable = step.filter((pod) => pod.mine && pod.phase === "Running");
            expect(held.map((endpoint) => endpoint.targetRef?.name ?? "").sort()).toEqual(
              usable.map(({ name }) => `p${name}`).sort(),
            );
            for (const { name, ready, leaving } of usable) {
              const endpoint = held.find(({ targetRef }) => targetRef?.name === `p${name}`);
              expect(endpoint?.conditions).toEqual({ ready: ready && !leaving, serving: ready, terminating: leaving });
            }
            expect(slices().every(({ endpoints }) => (endpoints ?? []).length <= max)).toBe(true);
            expect(slices().length).toBeGreaterThan(0);
            if (slices().length > 1) several += 1;
            expect(sync()).toBe(0);
          }
        },
      ),
      { numRuns: 200 },
    );
    expect(several).toBeGreaterThan(20);
  });
});

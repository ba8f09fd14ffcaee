import { describe, expect, it } from "vitest";
import type { ApiObject } from "../../api/object.ts";
import { objectKey } from "../../api/object.ts";
import { cast } from "../../base/units.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { InformerEvent } from "../../client/component.ts";
import type { Intents } from "../../client/controller.ts";
import { applyToStore, emptyStore, listerOf } from "../../client/informer.ts";
import type { Listers } from "../../client/informer.ts";
import { present } from "../../base/assert.ts";
import type { EndpointSliceMemory, EndpointSliceOptions } from "./controller.ts";
import { endpointSliceController } from "./controller.ts";

const SLICES = "endpointslices.discovery.k8s.io";
const selector = { app: "web" };

function object(kind: string, name: string, fields: object, metadata: object = {}): ApiObject {
  const meta = {
    name,
    namespace: "default",
    uid: `uid-${name}`,
    resourceVersion: "",
    creationTimestamp: "",
    ...metadata,
  };
  return cast<ApiObject>({ apiVersion: "v1", kind, metadata: meta, ...fields });
}

const service = (spec: object = {}): ApiObject =>
  object("Service", "web", {
    spec: {
      clusterIP: "10.96.0.1",
      ipFamilies: ["IPv4"],
      selector,
      ports: [{ port: 80, targetPort: 8080, protocol: "TCP" }],
      ...spec,
    },
  });

const pod = (name: string, ip: string, ready = true, metadata: object = {}): ApiObject =>
  object(
    "Pod",
    name,
    {
      spec: { nodeName: "n0", containers: [] },
      status: {
        phase: "Running",
        podIP: ip,
        podIPs: [{ ip }],
        conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      },
    },
    { labels: selector, ...metadata },
  );

/** Informers of the controller, filled by hand. */
class Rig {
  readonly controller;
  readonly listers: Listers;
  #version = 0;
  readonly #put: (resource: string, object: ApiObject, gone: boolean) => InformerEvent | undefined;

  constructor(options: EndpointSliceOptions = {}) {
    this.controller = endpointSliceController(options);
    const specs = new Map(this.controller.watches.map((spec) => [spec.resource, spec]));
    const stores = new Map([...specs].map(([resource, spec]) => [resource, emptyStore(spec)]));
    this.listers = { of: (resource) => listerOf(present(stores.get(resource), resource)) };
    this.#put = (resource, body, gone) =>
      applyToStore(
        present(stores.get(resource), resource),
        present(specs.get(resource), resource),
        objectKey(body),
        gone ? undefined : body,
      );
  }

  /** Puts an object and tells which keys wake. */
  put(resource: string, body: ApiObject, gone = false): unknown {
    this.#version += 1;
    const event = this.#put(
      resource,
      { ...body, metadata: { ...body.metadata, resourceVersion: String(this.#version) } },
      gone,
    );
    return event === undefined ? [] : this.controller.wakes(event, this.listers);
  }

  sync(expectationsSatisfied = true): Intents<EndpointSliceMemory> {
    const memory = this.controller.initialMemory();
    return this.controller.reconcile({
      key: "default/web",
      now: 0,
      listers: this.listers,
      expectationsSatisfied,
      replies: [],
      memory,
      random: () => 0,
    });
  }
}

function rig(options: EndpointSliceOptions = {}): Rig {
  const made = new Rig(options);
  made.put(
    "nodes",
    object("Node", "n0", {}, { namespace: undefined, labels: { "topology.kubernetes.io/zone": "zone-a" } }),
  );
  return made;
}

const bodies = (intents: Intents<EndpointSliceMemory>): EndpointSlice[] =>
  intents.writes.flat().map(({ request }) => cast<EndpointSlice>(request.body));

describe("endpointslice-controller", () => {
  it("makes one slice of a service, and nothing more once it is seen", () => {
    const world = rig();
    expect(world.put("services", service())).toEqual([{ key: "default/web" }]);
    expect(world.put("pods", pod("a", "10.244.0.2"))).toEqual([{ key: "default/web" }]);
    const [slice] = bodies(world.sync());
    expect(slice?.endpoints?.[0]).toMatchObject({
      addresses: ["10.244.0.2"],
      nodeName: "n0",
      zone: "zone-a",
      conditions: { ready: true },
    });
    const stored = cast<ApiObject>({ ...slice, metadata: { ...slice?.metadata, name: "web-1" } });
    expect(world.put(SLICES, stored)).toEqual([{ key: "default/web", afterMs: 1000 }]);
    expect(world.sync()).toEqual({ writes: [] });
  });

  it("leaves services without a selector alone", () => {
    const world = rig();
    world.put("services", service({ selector: undefined }));
    world.put("pods", pod("a", "10.244.0.2"));
    expect(world.sync()).toEqual({ writes: [] });
  });

  it("is woken by what changes endpoints, and by nothing else of a pod", () => {
    const world = rig();
    world.put("services", service());
    world.put("pods", pod("a", "10.244.0.2"));
    expect(world.put("pods", pod("a", "10.244.0.2", true, { annotations: { note: "1" } }))).toEqual([]);
    expect(world.put("pods", pod("a", "10.244.0.2", false))).toEqual([{ key: "default/web" }]);
    expect(world.put("pods", pod("a", "10.244.0.2", false, { labels: { app: "other" } }))).toEqual([
      { key: "default/web" },
    ]);
    expect(world.put("pods", pod("a", "10.244.0.2", true, { labels: { app: "other" } }))).toEqual([]);
    expect(world.put("pods", pod("b", "10.244.0.3"))).toEqual([{ key: "default/web" }]);
  });

  it("gathers pod events for the batch period", () => {
    const world = rig({ endpointUpdatesBatchPeriodMs: 500 });
    world.put("services", service());
    expect(world.put("pods", pod("a", "10.244.0.2"))).toEqual([{ key: "default/web", afterMs: 500 }]);
  });

  it("waits for its own slices to be seen; EPS-01 does not and makes a second one", () => {
    for (const [mutants, writes] of [
      [[], 0],
      [["EPS-01"], 1],
    ] as const) {
      const world = rig({ mutants: new Set(mutants) });
      world.put("services", service());
      world.put("pods", pod("a", "10.244.0.2"));
      expect(world.sync(false).writes.length).toBe(writes);
    }
  });

  it("keeps both endpoints of pods with one address; EPS-04 loses one", () => {
    for (const [mutants, endpoints] of [
      [[], 2],
      [["EPS-04"], 1],
    ] as const) {
      const world = rig({ mutants: new Set(mutants) });
      world.put("services", service());
      world.put("pods", pod("a", "10.244.0.2", true, { deletionTimestamp: "2026-01-01T00:00:00Z" }));
      world.put("pods", pod("b", "10.244.0.2"));
      expect(bodies(world.sync())[0]?.endpoints?.length).toBe(endpoints);
    }
  });
});

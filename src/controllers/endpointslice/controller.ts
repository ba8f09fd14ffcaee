import type { Millis } from "../../base/units.ts";
import { cast } from "../../base/units.ts";
import { splitKey, keyOf } from "../../api/object.ts";
import type { ApiObject } from "../../api/object.ts";
import { mapSelectorMatches } from "../../api/label-selector.ts";
import type { Node, Pod, Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { RecordedEvent } from "../../client/component.ts";
import type { Controller, Intents, Sync } from "../../client/controller.ts";
import { BY_NAMESPACE, byNamespace } from "../indexes.ts";
import type { ControllerOptions } from "../options.ts";
import { mutantsOf } from "../options.ts";
import { reconcileService, SLICES } from "./reconcile.ts";
import { CONTROLLER_NAME, MANAGED_BY, SERVICE_NAME } from "./slice.ts";
import { BY_TOPOLOGY, byTopology, nodeWakes, podWakes, sliceWakes } from "./wakes.ts";

/** Options of the EndpointSlice controller, by the flags of kube-controller-manager. */
export interface EndpointSliceOptions extends ControllerOptions {
  /** --endpointslice-updates-batch-period */
  readonly endpointUpdatesBatchPeriodMs?: Millis;
  /** --max-endpoints-per-slice */
  readonly maxEndpointsPerSlice?: number;
}

/** Services that got hints of topology mode Auto. */
export interface EndpointSliceMemory {
  readonly hinted: ReadonlySet<string>;
}

const BY_SERVICE = "service";
const nothing: Intents<EndpointSliceMemory> = { writes: [] };

/** Makes the EndpointSlices of every Service with a selector. The older Endpoints objects are not made. */
export function endpointSliceController(options: EndpointSliceOptions = {}): Controller<EndpointSliceMemory> {
  const mutants = mutantsOf(options);
  const { endpointUpdatesBatchPeriodMs: batchMs = 0, maxEndpointsPerSlice = 100 } = options;
  return {
    name: "endpointslice-controller",
    workers: 5,
    watches: [
      { resource: "services", indexes: { [BY_NAMESPACE]: byNamespace, [BY_TOPOLOGY]: byTopology } },
      { resource: "pods", indexes: { [BY_NAMESPACE]: byNamespace } },
      { resource: "nodes" },
      { resource: SLICES, indexes: { [BY_SERVICE]: serviceOfSlice } },
    ],
    wakes(event, listers) {
      switch (event.resource) {
        case "pods":
          return podWakes(event, listers, batchMs);
        case "nodes":
          return nodeWakes(event, listers);
        case "services": {
          const { metadata } = cast<ApiObject>(event.after ?? event.before);
          return [{ key: keyOf(metadata.namespace ?? "", metadata.name) }];
        }
        default:
          return sliceWakes(event, batchMs);
      }
    },
    expectationKey: (object) => (object.kind === "EndpointSlice" ? serviceOfSlice(object)[0] : undefined),
    initialMemory: () => ({ hinted: new Set() }),
    reconcile: (sync) => reconcile(sync, maxEndpointsPerSlice, mutants),
  };
}

function reconcile(
  sync: Sync<EndpointSliceMemory>,
  maxEndpointsPerSlice: number,
  mutants: ReadonlySet<string>,
): Intents<EndpointSliceMemory> {
  const { key, listers, memory } = sync;
  const service = cast<Service | undefined>(listers.of("services").get(key));
  if (service === undefined || service.spec.type === "ExternalName" || service.spec.selector === undefined)
    return nothing;
  if (!sync.expectationsSatisfied && !mutants.has("EPS-01"))
    return { writes: [], failed: "EndpointSlice informer cache is out of date" };
  const nodes = listers.of("nodes");
  const outcome = reconcileService({
    service,
    pods: podsOf(sync, service),
    slices: slicesOf(sync),
    node: (name) => cast<Node | undefined>(nodes.get(name)),
    nodes: () => cast<Iterable<Node>>(nodes.list()),
    hinted: memory.hinted.has(key),
    maxEndpointsPerSlice,
    mutants,
  });
  const failure = failureOf(outcome.errors);
  const events: RecordedEvent[] = outcome.events.map((event) => ({ ...event, object: service }));
  if (failure !== undefined) {
    const message = `Error updating Endpoint Slices for Service ${key}: ${failure}`;
    events.push({ object: service, type: "Warning", reason: "FailedToUpdateEndpointSlices", message });
  }
  return {
    writes: outcome.writes.map((write) => [write]),
    ...(events.length > 0 && { events }),
    ...(failure !== undefined && { failed: failure }),
    ...(outcome.hinted !== memory.hinted.has(key) && {
      memory: { hinted: withKey(memory.hinted, key, outcome.hinted) },
    }),
  };
}

function podsOf(sync: Sync<EndpointSliceMemory>, service: Service): readonly Pod[] {
  const { selector } = service.spec;
  const pods: Pod[] = [];
  const everything = selector !== undefined && Object.keys(selector).length === 0;
  for (const pod of sync.listers.of("pods").byIndex(BY_NAMESPACE, splitKey(sync.key).namespace)) {
    if (everything || mapSelectorMatches(selector, pod.metadata.labels)) pods.push(cast<Pod>(pod));
  }
  return pods;
}

function slicesOf(sync: Sync<EndpointSliceMemory>): readonly EndpointSlice[] {
  const slices: EndpointSlice[] = [];
  for (const slice of sync.listers.of(SLICES).byIndex(BY_SERVICE, sync.key)) {
    if (slice.metadata.labels?.[MANAGED_BY] === CONTROLLER_NAME && slice.metadata.deletionTimestamp === undefined)
      slices.push(cast<EndpointSlice>(slice));
  }
  return slices;
}

function serviceOfSlice(slice: ApiObject): readonly string[] {
  const name = slice.metadata.labels?.[SERVICE_NAME];
  return name === undefined ? [] : [keyOf(slice.metadata.namespace ?? "", name)];
}

/** The errors of a sync as an aggregate prints them. */
function failureOf(errors: readonly string[]): string | undefined {
  const distinct = [...new Set(errors)];
  return distinct.length > 1 ? `[${distinct.join(", ")}]` : distinct[0];
}

function withKey(keys: ReadonlySet<string>, key: string, present: boolean): ReadonlySet<string> {
  const next = new Set(keys);
  if (present) next.add(key);
  else next.delete(key);
  return next;
}

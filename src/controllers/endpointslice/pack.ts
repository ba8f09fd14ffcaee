import type { Service } from "../../api/types/core-v1.ts";
import type { Endpoint, EndpointPort, EndpointSlice } from "../../api/types/discovery-v1.ts";
import { endpointKey, equalBeyondKey } from "./endpoint.ts";
import type { Draft, SliceChanges } from "./slice.ts";
import { changedDraft, labelsChanged, newDraft, sliceLabels } from "./slice.ts";

/** What one set of ports of one address type should hold. */
export interface Desired {
  readonly ports: readonly EndpointPort[];
  /** By `endpointKey`; emptied by `packEndpoints`. */
  readonly endpoints: Map<string, Endpoint>;
}

/** What packing needs to know besides. */
export interface PackContext {
  readonly service: Service;
  readonly addressType: string;
  readonly maxEndpointsPerSlice: number;
  readonly mutants: ReadonlySet<string>;
}

/**
 * upstream reconcileByPortMapping: keeps endpoints where they are, fills the slices that change anyway (fullest
 * first), then one unchanged slice that takes all that is left and ends up fullest, else makes new slices.
 */
export function packEndpoints(
  existing: readonly EndpointSlice[],
  desired: Desired,
  context: PackContext,
): SliceChanges {
  const { service, addressType, maxEndpointsPerSlice: max, mutants } = context;
  const waiting = desired.endpoints;
  const changes: SliceChanges = { toCreate: [], toUpdate: [], toDelete: [] };
  const unchanged: EndpointSlice[] = [];
  for (const slice of existing) {
    const kept = keep(slice, waiting, mutants);
    if (kept.changed && kept.endpoints.length === 0) changes.toDelete.push(slice);
    else if (kept.changed || labelsChanged(slice, service))
      changes.toUpdate.push(changedDraft(slice, kept.endpoints, sliceLabels(service)));
    else unchanged.push(slice);
  }
  if (waiting.size > 0 && changes.toUpdate.length > 0) {
    const fullestFirst = [...changes.toUpdate].sort((a, b) => b.endpoints.length - a.endpoints.length);
    for (const draft of fullestFirst) fill(draft, waiting, max);
  }
  while (waiting.size > 0) {
    const found = waiting.size < max ? sliceToFill(unchanged, waiting.size, max) : undefined;
    if (found === undefined) {
      const draft = newDraft(service, addressType, desired.ports);
      fill(draft, waiting, max);
      changes.toCreate.push(draft);
    } else {
      const draft = changedDraft(found, [...(found.endpoints ?? [])], found.metadata.labels ?? {});
      fill(draft, waiting, max);
      changes.toUpdate.push(draft);
    }
  }
  return changes;
}

/** Endpoints of a slice that are still wanted, in their newest form; they are taken out of `waiting`. */
function keep(
  slice: EndpointSlice,
  waiting: Map<string, Endpoint>,
  mutants: ReadonlySet<string>,
): { readonly endpoints: Endpoint[]; readonly changed: boolean } {
  const endpoints: Endpoint[] = [];
  const had = slice.endpoints ?? [];
  let changed = false;
  for (const endpoint of had) {
    const key = endpointKey(endpoint, mutants);
    const wanted = waiting.get(key);
    if (wanted === undefined) continue;
    if (!equalBeyondKey(wanted, endpoint)) changed = true;
    endpoints.push(wanted);
    waiting.delete(key);
  }
  return { endpoints, changed: changed || endpoints.length !== had.length };
}

function fill(draft: Draft, waiting: Map<string, Endpoint>, max: number): void {
  for (const [key, endpoint] of waiting) {
    if (draft.endpoints.length >= max) return;
    draft.endpoints.push(endpoint);
    waiting.delete(key);
  }
}

/** The slice that is closest to full after taking `count` more; never an empty one that would stay emptier than that. */
function sliceToFill(slices: readonly EndpointSlice[], count: number, max: number): EndpointSlice | undefined {
  let closest = max;
  let found: EndpointSlice | undefined;
  for (const slice of slices) {
    const room = max - (count + (slice.endpoints ?? []).length);
    if (room >= 0 && room < closest) {
      closest = room;
      found = slice;
    }
  }
  return found;
}

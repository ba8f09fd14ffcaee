import { compareText } from "../../base/order.ts";
import { quantityMilli } from "../../api/quantity.ts";
import type { Node } from "../../api/types/core-v1.ts";
import type { Endpoint, EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { Draft, SliceChanges } from "./slice.ts";
import { changedDraft } from "./slice.ts";
import { ready, removeHints, withHints } from "./traffic-distribution.ts";

/** Endpoints that a zone should be hinted to. */
interface Allocation {
  readonly minimum: number;
  readonly maximum: number;
  readonly desired: number;
}

/** What topology mode Auto made of the hints. */
export interface TopologyOutcome {
  readonly enabled: boolean;
  /** Why hints were removed; absent when enabled. */
  readonly message?: string;
}

/** The largest overload that any endpoint may be exposed to. */
const overloadThreshold = 0.2;

/** upstream topologycache.AddHints for services that ask for service.kubernetes.io/topology-mode: Auto. */
export function addTopologyHints(
  changes: SliceChanges,
  unchanged: EndpointSlice[],
  nodes: Iterable<Node>,
): TopologyOutcome {
  const give = (message: string): TopologyOutcome => {
    removeHints(changes, unchanged);
    return { enabled: false, message };
  };
  const total = countReady(changes, unchanged);
  const allocations = allocate(cpuRatios(nodes), total);
  if (typeof allocations === "string") return give(allocations);
  const allocated = hintsOfUnchanged(changes, unchanged, allocations);
  const drafts: Draft[] = [...changes.toCreate, ...changes.toUpdate];
  for (const draft of drafts) {
    if (draft.endpoints.some((endpoint) => ready(endpoint) && (endpoint.zone ?? "") === ""))
      return give("One or more endpoints do not have a zone specified");
  }
  for (const draft of drafts) {
    draft.endpoints = draft.endpoints.map((endpoint) => {
      if (!ready(endpoint) || endpoint.zone === undefined) return endpoint;
      allocated.set(endpoint.zone, (allocated.get(endpoint.zone) ?? 0) + 1);
      return hintedTo(endpoint, endpoint.zone);
    });
  }
  const { giving, receiving } = givingAndReceiving(allocations, allocated);
  redistribute(drafts, giving, receiving);
  return allocated.size === 0 ? give("No hints allocated for zones") : { enabled: true };
}

/** Share of allocatable CPU by zone among ready worker nodes; undefined when it cannot be told. */
function cpuRatios(nodes: Iterable<Node>): ReadonlyMap<string, number> | undefined {
  const byZone = new Map<string, number>();
  let total = 0;
  for (const node of nodes) {
    const labels = node.metadata.labels ?? {};
    if ("node-role.kubernetes.io/control-plane" in labels || "node-role.kubernetes.io/master" in labels) continue;
    if (node.status?.conditions?.find((condition) => condition.type === "Ready")?.status !== "True") continue;
    const zone = labels["topology.kubernetes.io/zone"] ?? "";
    const cpuMilli = quantityMilli(node.status.allocatable?.["cpu"]);
    if (zone === "" || cpuMilli === 0) return undefined;
    byZone.set(zone, (byZone.get(zone) ?? 0) + cpuMilli);
    total += cpuMilli;
  }
  if (total === 0 || byZone.size < 2) return undefined;
  return new Map([...byZone].sort((a, b) => compareText(a[0], b[0])).map(([zone, cpu]) => [zone, cpu / total]));
}

function allocate(
  ratios: ReadonlyMap<string, number> | undefined,
  endpoints: number,
): ReadonlyMap<string, Allocation> | string {
  if (ratios === undefined)
    return "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes";
  const counts = `(${endpoints} endpoints, ${ratios.size} zones)`;
  if (ratios.size > endpoints) return `Insufficient number of endpoints ${counts}`;
  let minTotal = 0;
  const wanted: [string, { minimum: number; desired: number }][] = [];
  for (const [zone, ratio] of ratios) {
    const desired = ratio * endpoints;
    const minimum = Math.ceil(desired * (1 / (1 + overloadThreshold)));
    minTotal += minimum;
    wanted.push([zone, { minimum, desired: Math.max(desired, minimum) }]);
  }
  if (minTotal > endpoints)
    return `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${counts}`;
  return new Map(wanted.map(([zone, want]) => [zone, { ...want, maximum: want.minimum + endpoints - minTotal }]));
}

function countReady(changes: SliceChanges, unchanged: readonly EndpointSlice[]): number {
  let count = 0;
  for (const { endpoints } of [...changes.toCreate, ...changes.toUpdate]) count += endpoints.filter(ready).length;
  for (const { endpoints } of unchanged) count += (endpoints ?? []).filter(ready).length;
  return count;
}

/** Hints that stay on unchanged slices, by zone; slices whose hints cannot stay move to the updates. */
function hintsOfUnchanged(
  changes: SliceChanges,
  unchanged: EndpointSlice[],
  allocations: ReadonlyMap<string, Allocation>,
): Map<string, number> {
  const allocated = new Map<string, number>();
  for (const slice of unchanged) {
    const hints = countHints(slice, allocations);
    const fits =
      hints !== undefined &&
      [...hints].every(([zone, n]) => n + (allocated.get(zone) ?? 0) <= (allocations.get(zone)?.maximum ?? 0));
    if (fits) for (const [zone, n] of hints) allocated.set(zone, (allocated.get(zone) ?? 0) + n);
    else changes.toUpdate.push(changedDraft(slice, [...(slice.endpoints ?? [])], slice.metadata.labels ?? {}));
  }
  return allocated;
}

function countHints(
  slice: EndpointSlice,
  allocations: ReadonlyMap<string, Allocation>,
): Map<string, number> | undefined {
  const hints = new Map<string, number>();
  for (const endpoint of slice.endpoints ?? []) {
    if (!ready(endpoint)) continue;
    const zones = endpoint.hints?.forZones ?? [];
    if (zones.length === 0) return undefined;
    for (const { name } of zones) {
      if (!allocations.has(name)) return undefined;
      hints.set(name, (hints.get(name) ?? 0) + 1);
    }
  }
  return hints;
}

function givingAndReceiving(
  allocations: ReadonlyMap<string, Allocation>,
  allocated: ReadonlyMap<string, number>,
): { readonly giving: Map<string, number>; readonly receiving: Map<string, number> } {
  const toGive = new Map<string, number>();
  const toReceive = new Map<string, number>();
  for (const [zone, { desired }] of allocations) {
    const surplus = (allocated.get(zone) ?? 0) - desired;
    if (surplus > 0) toGive.set(zone, surplus);
    else if (surplus < 0) toReceive.set(zone, -surplus);
  }
  const giving = new Map<string, number>();
  const receiving = new Map<string, number>();
  for (;;) {
    const [from, give] = most(toGive);
    const [to, receive] = most(toReceive);
    if (from === "" || to === "" || (give < 1 && receive < 1) || give < 0.5 || receive < 0.5) break;
    giving.set(from, (giving.get(from) ?? 0) + 1);
    toGive.set(from, give - 1);
    receiving.set(to, (receiving.get(to) ?? 0) + 1);
    toReceive.set(to, receive - 1);
  }
  return { giving, receiving };
}

function redistribute(drafts: readonly Draft[], giving: Map<string, number>, receiving: Map<string, number>): void {
  for (const draft of drafts) {
    draft.endpoints = draft.endpoints.map((endpoint) => {
      if (!ready(endpoint) || endpoint.zone === undefined) return endpoint;
      const [to] = [...receiving].find(([, n]) => n > 0) ?? [];
      const give = giving.get(endpoint.zone) ?? 0;
      if (to === undefined || give === 0) return endpoint;
      giving.set(endpoint.zone, give - 1);
      receiving.set(to, (receiving.get(to) ?? 0) - 1);
      return hintedTo(endpoint, to);
    });
  }
}

function hintedTo(endpoint: Endpoint, zone: string): Endpoint {
  return withHints(endpoint, { forZones: [{ name: zone }] });
}

function most(zones: ReadonlyMap<string, number>): readonly [string, number] {
  let best: readonly [string, number] = ["", 0];
  for (const entry of zones) if (entry[1] > best[1]) best = entry;
  return best;
}

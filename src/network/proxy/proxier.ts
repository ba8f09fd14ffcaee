import { keyOf } from "../../api/object.ts";
import { compareText } from "../../base/order.ts";
import type { Millis } from "../../base/units.ts";
import { HOUR } from "../../base/units.ts";
import type { Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { ProxyConfig } from "./config.ts";
import { sameSlice, serviceEndpoints } from "./endpoints.ts";
import type { Programmed } from "./programmed.ts";
import { countEndpoints } from "./programmed.ts";
import type { ServicePortInfo } from "./service-port.ts";
import { sameServicePorts, servicePorts } from "./service-port.ts";

/** What the proxy knows of its Services and slices, and what of it is still to be written. Plain data. */
export interface Proxier {
  /** upstream's svcPortMap by Service key. */
  readonly services: Map<string, readonly ServicePortInfo[]>;
  /** upstream's endpointsMap by Service key: the applied slices, sorted by name. */
  readonly endpoints: Map<string, readonly EndpointSlice[]>;
  /** Services with changes since the last sync. `previous`, `current`: undefined when the proxy skips the Service. */
  readonly serviceChanges: Map<string, ServiceChange>;
  readonly trackers: Map<string, SliceTracker>;
  /** Keys of trackers with pending slices. */
  readonly dirty: Set<string>;
  zone: string | undefined;
  needFullSync: boolean;
  lastFullSync: Millis;
  /** When stale chains were last looked for. */
  lastCleanup: Millis;
  largeClusterMode: boolean;
  totalEndpoints: number;
}

interface ServiceChange {
  readonly previous: readonly ServicePortInfo[] | undefined;
  readonly current: readonly ServicePortInfo[] | undefined;
}

interface SliceTracker {
  readonly applied: Map<string, EndpointSlice>;
  readonly pending: Map<string, { readonly slice: EndpointSlice; readonly remove: boolean }>;
}

/** What one sync has to write, and to do after it has been written. */
export interface SyncPlan {
  readonly full: boolean;
  /** Services whose own chains are written; "all" in a full sync. */
  readonly changed: ReadonlySet<string> | "all";
  /** Stale chains are looked for. */
  readonly cleanup: boolean;
  /** Stale UDP entries of the connection-tracking table are to be deleted. */
  readonly conntrack: boolean;
  /** Rules are written with comments. */
  readonly comments: boolean;
}

/** Total endpoints above which rules go without comments. */
const largeClusterEndpointsThreshold = 1000;
const fullSyncPeriodMs = HOUR;
const serviceNameLabel = "kubernetes.io/service-name";

/** A proxy that has just started. */
export function newProxier(): Proxier {
  return {
    services: new Map(),
    endpoints: new Map(),
    serviceChanges: new Map(),
    trackers: new Map(),
    dirty: new Set(),
    zone: undefined,
    needFullSync: true,
    lastFullSync: 0,
    lastCleanup: 0,
    largeClusterMode: false,
    totalEndpoints: 0,
  };
}

/** Takes in a Service event. True when any Service then has a change to write, this one or another. */
export function onService(
  proxier: Proxier,
  config: ProxyConfig,
  before: Service | undefined,
  after: Service | undefined,
): boolean {
  const either = after ?? before;
  if (either === undefined) return false;
  const key = keyOf(either.metadata.namespace ?? "", either.metadata.name);
  const change = proxier.serviceChanges.get(key);
  const previous = change === undefined ? before && servicePorts(before, config.family) : change.previous;
  const current = after && servicePorts(after, config.family);
  if (sameServicePorts(previous, current)) proxier.serviceChanges.delete(key);
  else proxier.serviceChanges.set(key, { previous, current });
  return proxier.serviceChanges.size > 0;
}

/** Takes in an EndpointSlice event. True when it differs from what was last seen of the slice. */
export function onEndpointSlice(proxier: Proxier, config: ProxyConfig, slice: EndpointSlice, remove: boolean): boolean {
  const { namespace, name, labels } = slice.metadata;
  const service = labels?.[serviceNameLabel];
  if (slice.addressType !== config.family || service === undefined || service === "") return false;
  if (config.mutants.has("PRX-12") && !remove && (slice.endpoints ?? []).length === 0) return false;
  const key = keyOf(namespace ?? "", service);
  let tracker = proxier.trackers.get(key);
  if (tracker === undefined) proxier.trackers.set(key, (tracker = { applied: new Map(), pending: new Map() }));
  const pending = tracker.pending.get(name);
  const applied = tracker.applied.get(name);
  const seen = pending ?? (applied === undefined ? undefined : { slice: applied, remove: false });
  const changed = seen === undefined ? !remove : seen.remove !== remove || !sameSlice(seen.slice, slice);
  if (!changed) return false;
  tracker.pending.set(name, { slice, remove });
  proxier.dirty.add(key);
  return true;
}

/** Takes in the zone label of the own node. True when it has changed. */
export function onZone(proxier: Proxier, zone: string | undefined): boolean {
  if (zone === proxier.zone) return false;
  proxier.zone = zone;
  proxier.needFullSync = true;
  return true;
}

/** Begins a sync: takes over all changes and says what is to be written. */
export function beginSync(proxier: Proxier, config: ProxyConfig, now: Millis): SyncPlan {
  const full = proxier.needFullSync || (now - proxier.lastFullSync > fullSyncPeriodMs && !proxier.largeClusterMode);
  const changed = new Set<string>();
  const { mutants } = config;
  for (const [key, change] of proxier.serviceChanges) {
    changed.add(key);
    const slices = proxier.endpoints.get(key);
    proxier.totalEndpoints -= countEndpoints(proxier.services.get(key), slices, mutants);
    if (change.current === undefined) proxier.services.delete(key);
    else proxier.services.set(key, change.current);
    proxier.totalEndpoints += countEndpoints(proxier.services.get(key), slices, mutants);
  }
  proxier.serviceChanges.clear();
  let conntrack = false;
  for (const key of proxier.dirty) {
    changed.add(key);
    if (applySlices(proxier, key, config)) conntrack = true;
  }
  proxier.dirty.clear();
  proxier.largeClusterMode = proxier.totalEndpoints > largeClusterEndpointsThreshold;
  const cleanup = !proxier.largeClusterMode || now - proxier.lastCleanup > config.syncPeriodMs;
  if (cleanup) proxier.lastCleanup = now;
  return { full, changed: full ? "all" : changed, cleanup, conntrack, comments: !proxier.largeClusterMode };
}

/** Ends a sync whose restore succeeded or failed; a failed one makes the next a full one. */
export function endSync(proxier: Proxier, config: ProxyConfig, plan: SyncPlan, failed: boolean, now: Millis): void {
  if (failed) {
    if (!config.mutants.has("PRX-08")) proxier.needFullSync = true;
    return;
  }
  proxier.needFullSync = false;
  if (plan.full) proxier.lastFullSync = now;
}

/** What the proxy holds of one Service; undefined when it proxies none of that name. */
export function programmedOf(proxier: Proxier, key: string, comments: boolean): Programmed | undefined {
  const ports = proxier.services.get(key);
  return ports === undefined ? undefined : { ports, slices: proxier.endpoints.get(key) ?? [], comments };
}

/** Takes over the pending slices of a Service; true when it had or has UDP endpoints. */
function applySlices(proxier: Proxier, key: string, config: ProxyConfig): boolean {
  const tracker = proxier.trackers.get(key);
  if (tracker === undefined) return false;
  const ports = proxier.services.get(key);
  const before = proxier.endpoints.get(key) ?? [];
  for (const [name, { slice, remove }] of tracker.pending) {
    if (remove) tracker.applied.delete(name);
    else tracker.applied.set(name, slice);
  }
  tracker.pending.clear();
  if (tracker.applied.size === 0) proxier.trackers.delete(key);
  const after = slicesByName(tracker.applied);
  proxier.totalEndpoints +=
    countEndpoints(ports, after, config.mutants) - countEndpoints(ports, before, config.mutants);
  if (after.length === 0) proxier.endpoints.delete(key);
  else proxier.endpoints.set(key, after);
  if (config.mutants.has("PRX-03") && !endpointLost(before, after)) return false;
  return serviceEndpoints(before, config.mutants).udp || serviceEndpoints(after, config.mutants).udp;
}

function slicesByName(applied: ReadonlyMap<string, EndpointSlice>): readonly EndpointSlice[] {
  const slices = [...applied.values()];
  if (slices.length > 1) slices.sort((a, b) => compareText(a.metadata.name, b.metadata.name));
  return slices;
}

function endpointLost(before: readonly EndpointSlice[], after: readonly EndpointSlice[]): boolean {
  const now = serviceEndpoints(after).byPort;
  for (const [key, list] of serviceEndpoints(before).byPort) {
    const left = new Set((now.get(key) ?? []).map((endpoint) => endpoint.text));
    if (list.some((endpoint) => !left.has(endpoint.text))) return true;
  }
  return false;
}

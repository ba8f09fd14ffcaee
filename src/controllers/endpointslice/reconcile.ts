import type { Node, Pod, Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { Write } from "../../client/controller.ts";
import { create, remove, targetOf, update } from "../requests.ts";
import { cast } from "../../base/units.ts";
import type { ApiObject } from "../../api/object.ts";
import { endpointKey, endpointPorts, podToEndpoint, shouldBeInEndpoints } from "./endpoint.ts";
import type { Desired } from "./pack.ts";
import { packEndpoints } from "./pack.ts";
import type { Draft, SliceChanges } from "./slice.ts";
import { isPlaceholder, newDraft, ownedBy, portMapKey, sliceBody } from "./slice.ts";
import { addTopologyHints } from "./topology.ts";
import { addTrafficDistributionHints, removeHints, validTrafficDistribution } from "./traffic-distribution.ts";

export const SLICES = "endpointslices.discovery.k8s.io";

/** What the sync of one Service looks at. */
export interface ServiceView {
  readonly service: Service;
  /** Pods that the selector finds. */
  readonly pods: readonly Pod[];
  /** Slices of the Service that this controller manages and that are not being deleted. */
  readonly slices: readonly EndpointSlice[];
  node(name: string): Node | undefined;
  /** All nodes, for topology mode Auto. */
  nodes(): Iterable<Node>;
  /** The Service got hints of topology mode Auto before. */
  readonly hinted: boolean;
  readonly maxEndpointsPerSlice: number;
  readonly mutants: ReadonlySet<string>;
}

/** What the sync of one Service wants. */
export interface ServiceOutcome {
  /** Creations, updates and deletions, one after the other. */
  readonly writes: readonly Write[];
  readonly errors: readonly string[];
  readonly events: readonly {
    readonly type: "Normal" | "Warning";
    readonly reason: string;
    readonly message: string;
  }[];
  /** The Service has hints of topology mode Auto now. */
  readonly hinted: boolean;
}

interface Collected {
  readonly writes: Write[];
  readonly errors: string[];
  readonly events: ServiceOutcome["events"][number][];
  hinted: boolean;
}

/** upstream endpointslice/reconciler.go Reconcile. */
export function reconcileService(view: ServiceView): ServiceOutcome {
  const types = addressTypes(view.service);
  const collected: Collected = { writes: [], errors: [], events: [], hinted: view.hinted };
  for (const type of types) {
    const existing =
      types.length === 1 && view.slices.every((slice) => slice.addressType === type)
        ? view.slices
        : view.slices.filter((slice) => slice.addressType === type);
    reconcileAddressType(view, type, existing, collected);
  }
  for (const slice of view.slices) if (!types.includes(slice.addressType)) collected.writes.push(deletion(slice));
  return collected;
}

/** topology-mode (or the older annotation, which wins) is Auto. */
export function topologyAuto(service: Service): boolean {
  const { annotations } = service.metadata;
  const value =
    annotations?.["service.kubernetes.io/topology-aware-hints"] ?? annotations?.["service.kubernetes.io/topology-mode"];
  return value === "Auto" || value === "auto";
}

function reconcileAddressType(
  view: ServiceView,
  addressType: string,
  existing: readonly EndpointSlice[],
  out: Collected,
): void {
  const { service } = view;
  const changes: SliceChanges = { toCreate: [], toUpdate: [], toDelete: [] };
  const byPorts = new Map<string, EndpointSlice[]>();
  for (const slice of existing) {
    if (!ownedBy(slice, service)) {
      changes.toDelete.push(slice);
      continue;
    }
    const key = portMapKey(slice.ports ?? []);
    const group = byPorts.get(key);
    if (group === undefined) byPorts.set(key, [slice]);
    else group.push(slice);
  }
  const desired = desiredEndpoints(view, addressType, out);
  for (const [key, want] of desired) {
    const packed = packEndpoints(byPorts.get(key) ?? [], want, { addressType, ...view });
    changes.toCreate.push(...packed.toCreate);
    changes.toUpdate.push(...packed.toUpdate);
    changes.toDelete.push(...packed.toDelete);
  }
  for (const [key, slices] of byPorts) if (!desired.has(key)) changes.toDelete.push(...slices);
  if (existing.length === changes.toDelete.length && changes.toCreate.length === 0) {
    const [only] = changes.toDelete;
    if (
      changes.toDelete.length === 1 &&
      only !== undefined &&
      isPlaceholder(only, service, addressType) &&
      ownedBy(only, service)
    )
      changes.toDelete.length = 0;
    else changes.toCreate.push(newDraft(service, addressType, []));
  }
  setHints(view, addressType, existing, changes, out);
  finalize(service, changes, out.writes);
}

/** Endpoints that should be, by set of ports. Pods on unknown nodes are skipped, which makes the sync be tried again. */
function desiredEndpoints(view: ServiceView, addressType: string, out: Collected): Map<string, Desired> {
  const { service, mutants } = view;
  const desired = new Map<string, Desired>();
  for (const pod of view.pods) {
    if (!shouldBeInEndpoints(pod)) continue;
    const ports = endpointPorts(service, pod);
    const key = portMapKey(ports);
    let group = desired.get(key);
    if (group === undefined) desired.set(key, (group = { ports, endpoints: new Map() }));
    const nodeName = pod.spec.nodeName ?? "";
    const node = view.node(nodeName);
    if (node === undefined && service.spec.publishNotReadyAddresses !== true) {
      const { namespace, name } = service.metadata;
      out.errors.push(`skipping Pod ${pod.metadata.name} for Service ${namespace}/${name}: Node ${nodeName} Not Found`);
      continue;
    }
    const endpoint = podToEndpoint(pod, node, service, addressType);
    if (endpoint.addresses.length > 0) group.endpoints.set(endpointKey(endpoint, mutants), endpoint);
  }
  return desired;
}

function setHints(
  view: ServiceView,
  addressType: string,
  existing: readonly EndpointSlice[],
  changes: SliceChanges,
  out: Collected,
): void {
  const { service } = view;
  const { trafficDistribution = "" } = service.spec;
  const touched = new Set<EndpointSlice | undefined>([
    ...changes.toUpdate.map((draft) => draft.base),
    ...changes.toDelete,
  ]);
  const unchanged = existing.filter((slice) => !touched.has(slice));
  if (topologyAuto(service)) {
    const { enabled, message } = addTopologyHints(changes, unchanged, view.nodes());
    if (!enabled)
      out.events.push({
        type: "Warning",
        reason: "TopologyAwareHintsDisabled",
        message: `${message}, addressType: ${addressType}`,
      });
    else if (!out.hinted)
      out.events.push({
        type: "Normal",
        reason: "TopologyAwareHintsEnabled",
        message: `Topology Aware Hints has been enabled, addressType: ${addressType}`,
      });
    out.hinted = enabled;
    return;
  }
  if (out.hinted) {
    const message = `Topology Aware Hints has been disabled, addressType: ${addressType}`;
    out.events.push({ type: "Warning", reason: "TopologyAwareHintsDisabled", message });
    out.hinted = false;
  }
  if (validTrafficDistribution(trafficDistribution))
    addTrafficDistributionHints(changes, unchanged, trafficDistribution);
  else removeHints(changes, unchanged);
}

/** upstream finalize: a creation takes the place of a slice that would be deleted, and becomes its update. */
function finalize(service: Service, changes: SliceChanges, writes: Write[]): void {
  const updates = changes.toUpdate.map((draft) => updateOf(draft, service));
  const deletions: EndpointSlice[] = [];
  for (const slice of changes.toDelete) {
    const last = changes.toCreate.at(-1);
    if (last !== undefined && slice.addressType === last.addressType && ownedBy(slice, service)) {
      changes.toCreate.pop();
      updates.push(updateOf(last, service, slice.metadata.name));
    } else deletions.push(slice);
  }
  if (service.metadata.deletionTimestamp === undefined) {
    for (const draft of changes.toCreate)
      writes.push({
        expect: { kind: "creation" },
        ...create(SLICES, service.metadata.namespace, sliceBody(draft, service)),
      });
  }
  writes.push(...updates, ...deletions.map(deletion));
}

function updateOf(draft: Draft, service: Service, name?: string): Write {
  return update(SLICES, cast<ApiObject>(sliceBody(draft, service, name)));
}

function deletion(slice: EndpointSlice): Write {
  return { request: remove(targetOf(SLICES, slice)).request, expect: { kind: "deletion", uid: slice.metadata.uid } };
}

function addressTypes(service: Service): readonly string[] {
  const { ipFamilies, clusterIP } = service.spec;
  if (ipFamilies !== undefined && ipFamilies.length > 0) return ipFamilies;
  if (clusterIP !== undefined && clusterIP !== "" && clusterIP !== "None")
    return [clusterIP.includes(":") ? "IPv6" : "IPv4"];
  return ["IPv4", "IPv6"];
}

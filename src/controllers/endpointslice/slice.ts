import { compareText } from "../../base/order.ts";
import type { Service } from "../../api/types/core-v1.ts";
import type { Endpoint, EndpointPort, EndpointSlice } from "../../api/types/discovery-v1.ts";

export const CONTROLLER_NAME = "endpointslice-controller.k8s.io";
export const MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
export const SERVICE_NAME = "kubernetes.io/service-name";
const HEADLESS = "service.kubernetes.io/headless";

/** A slice as a sync wants it. */
export interface Draft {
  /** The stored slice that it changes; absent for a new one. */
  readonly base?: EndpointSlice;
  readonly addressType: string;
  readonly ports: readonly EndpointPort[];
  readonly labels: { readonly [key: string]: string };
  endpoints: Endpoint[];
}

/** What a sync does to the slices of one address type. */
export interface SliceChanges {
  readonly toCreate: Draft[];
  readonly toUpdate: Draft[];
  readonly toDelete: EndpointSlice[];
}

/** An empty slice of a service. */
export function newDraft(service: Service, addressType: string, ports: readonly EndpointPort[]): Draft {
  return { addressType, ports, labels: sliceLabels(service), endpoints: [] };
}

/** A stored slice with other endpoints; labels follow the service. */
export function changedDraft(base: EndpointSlice, endpoints: Endpoint[], labels: Draft["labels"]): Draft {
  return { base, addressType: base.addressType, ports: base.ports ?? [], labels, endpoints };
}

/** Whether the slice belongs to this very Service, and not to an older one of the same name. */
export function ownedBy(slice: EndpointSlice, service: Service): boolean {
  return (slice.metadata.ownerReferences ?? []).some(
    (owner) => owner.uid === service.metadata.uid && owner.kind === "Service" && owner.apiVersion === "v1",
  );
}

/** The service's labels and the three that slices reserve. */
export function sliceLabels(service: Service): { readonly [key: string]: string } {
  const labels: { [key: string]: string } = {};
  for (const [key, value] of Object.entries(service.metadata.labels ?? {})) if (!reserved(key)) labels[key] = value;
  const { clusterIP } = service.spec;
  if (clusterIP === undefined || clusterIP === "" || clusterIP === "None") labels[HEADLESS] = "";
  labels[SERVICE_NAME] = service.metadata.name;
  labels[MANAGED_BY] = CONTROLLER_NAME;
  return labels;
}

/** Whether the service's own labels differ from those on the slice; reserved labels do not count. */
export function labelsChanged(slice: EndpointSlice, service: Service): boolean {
  return !sameLabels(slice.metadata.labels ?? {}, service.metadata.labels ?? {}, reserved);
}

/** Whether a stored slice is the placeholder of a service without endpoints. */
export function isPlaceholder(slice: EndpointSlice, service: Service, addressType: string): boolean {
  return (
    slice.addressType === addressType &&
    (slice.ports ?? []).length === 0 &&
    (slice.endpoints ?? []).length === 0 &&
    sameLabels(slice.metadata.labels ?? {}, sliceLabels(service), () => false)
  );
}

/** Key of a set of ports, whatever their order. */
export function portMapKey(ports: readonly EndpointPort[]): string {
  let key = portKeys.get(ports);
  if (key === undefined) {
    key = ports.map(portText).sort(compareText).join(",");
    portKeys.set(ports, key);
  }
  return key;
}

const portKeys = new WeakMap<readonly EndpointPort[], string>();

/** The slice as it is written. */
export function sliceBody(draft: Draft, service: Service, name?: string): unknown {
  const { base, addressType, ports, labels, endpoints } = draft;
  if (base !== undefined) return { ...base, metadata: { ...base.metadata, labels }, endpoints };
  const { name: serviceName, namespace, uid } = service.metadata;
  const owner = {
    apiVersion: "v1",
    kind: "Service",
    name: serviceName,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      generateName: `${serviceName}-`,
      ...(name !== undefined && { name }),
      namespace,
      labels,
      ownerReferences: [owner],
    },
    addressType,
    endpoints,
    ports,
  };
}

function reserved(key: string): boolean {
  return key === SERVICE_NAME || key === MANAGED_BY || key === HEADLESS;
}

function sameLabels(
  a: { readonly [key: string]: string },
  b: { readonly [key: string]: string },
  skip: (key: string) => boolean,
): boolean {
  for (const key in a) if (!skip(key) && a[key] !== b[key]) return false;
  for (const key in b) if (!skip(key) && a[key] === undefined) return false;
  return true;
}

function portText(port: EndpointPort): string {
  return `${port.name ?? ""}/${port.protocol ?? "TCP"}/${port.port ?? 0}/${port.appProtocol ?? ""}`;
}

import { compareText } from "../../base/order.ts";
import type { Node, Pod, Service } from "../../api/types/core-v1.ts";
import type { Endpoint, EndpointPort } from "../../api/types/discovery-v1.ts";
import { isFinished, isReady } from "../pods.ts";

/** The pod has an address and has not ended; a terminating pod counts. */
export function shouldBeInEndpoints(pod: Pod): boolean {
  if (isFinished(pod)) return false;
  return (pod.status?.podIP ?? "") !== "" || (pod.status?.podIPs ?? []).length > 0;
}

/** The last endpoint made of a pod, and from what else it was made. */
interface Made {
  readonly zone: string | undefined;
  readonly publish: boolean;
  readonly named: boolean;
  readonly addressType: string;
  readonly endpoint: Endpoint;
}

const made = new WeakMap<Pod, Made>();
const keys = new WeakMap<Endpoint, string>();

/** The endpoint of a pod; without addresses when the pod has none of this type. The same object for the same inputs. */
export function podToEndpoint(pod: Pod, node: Node | undefined, service: Service, addressType: string): Endpoint {
  const { hostname, subdomain } = pod.spec;
  const named = hostname !== undefined && hostname !== "" && subdomain === service.metadata.name;
  const publish = service.spec.publishNotReadyAddresses === true;
  const zone = node?.metadata.labels?.["topology.kubernetes.io/zone"];
  const memo = made.get(pod);
  if (
    memo !== undefined &&
    memo.zone === zone &&
    memo.publish === publish &&
    memo.named === named &&
    memo.addressType === addressType
  )
    return memo.endpoint;
  const endpoint = makeEndpoint(pod, { zone, publish, named, addressType });
  made.set(pod, { zone, publish, named, addressType, endpoint });
  return endpoint;
}

function makeEndpoint(pod: Pod, { zone, publish, named, addressType }: Omit<Made, "endpoint">): Endpoint {
  const serving = isReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const { nodeName, hostname } = pod.spec;
  return {
    addresses: addressesOf(pod, addressType),
    conditions: { ready: publish || (serving && !terminating), serving, terminating },
    ...(named && hostname !== undefined && { hostname }),
    targetRef: {
      kind: "Pod",
      name: pod.metadata.name,
      ...(pod.metadata.namespace !== undefined && { namespace: pod.metadata.namespace }),
      uid: pod.metadata.uid,
    },
    ...(nodeName !== undefined && nodeName !== "" && { nodeName }),
    ...(zone !== undefined && zone !== "" && { zone }),
  };
}

/** Identity of an endpoint among those of its slices: addresses, host name and the pod's name. */
export function endpointKey(endpoint: Endpoint, mutants: ReadonlySet<string>): string {
  if (mutants.has("EPS-04")) return addressKey(endpoint);
  let key = keys.get(endpoint);
  if (key === undefined) {
    const { hostname, targetRef } = endpoint;
    key = `${addressKey(endpoint)}|${hostname ?? ""}|${targetRef?.namespace ?? ""}/${targetRef?.name ?? ""}`;
    keys.set(endpoint, key);
  }
  return key;
}

function addressKey({ addresses }: Endpoint): string {
  return addresses.length === 1 ? (addresses[0] ?? "") : [...addresses].sort(compareText).join(",");
}

/** Equal in all that `endpointKey` leaves out, hints aside. */
export function equalBeyondKey(a: Endpoint, b: Endpoint): boolean {
  if (a === b) return true;
  return (
    a.nodeName === b.nodeName &&
    a.zone === b.zone &&
    a.conditions?.ready === b.conditions?.ready &&
    a.conditions?.serving === b.conditions?.serving &&
    a.conditions?.terminating === b.conditions?.terminating &&
    a.targetRef?.kind === b.targetRef?.kind &&
    a.targetRef?.namespace === b.targetRef?.namespace &&
    a.targetRef?.name === b.targetRef?.name &&
    a.targetRef?.uid === b.targetRef?.uid
  );
}

/** Ports of the service as they are on the pod; those whose named target the pod does not have are left out. */
export function endpointPorts(service: Service, pod: Pod): readonly EndpointPort[] {
  const ports = service.spec.ports ?? [];
  const named = ports.some((port) => typeof port.targetPort === "string");
  if (!named) return fixedPorts(service);
  const found: EndpointPort[] = [];
  for (const port of ports) {
    const number = findPort(pod, port.targetPort, port.protocol ?? "TCP", port.port);
    if (number !== undefined) found.push(endpointPort(port, number));
  }
  return found;
}

type ServicePort = NonNullable<Service["spec"]["ports"]>[number];

const fixed = new WeakMap<Service, readonly EndpointPort[]>();

/** Ports of a service with numbers as targets: the same for all its pods. */
function fixedPorts(service: Service): readonly EndpointPort[] {
  let ports = fixed.get(service);
  if (ports === undefined) {
    ports = (service.spec.ports ?? []).map((port) =>
      endpointPort(port, typeof port.targetPort === "number" && port.targetPort !== 0 ? port.targetPort : port.port),
    );
    fixed.set(service, ports);
  }
  return ports;
}

function endpointPort(port: ServicePort, number: number): EndpointPort {
  const { name = "", protocol = "TCP", appProtocol } = port;
  return { name, protocol, port: number, ...(appProtocol !== undefined && { appProtocol }) };
}

function addressesOf(pod: Pod, addressType: string): readonly string[] {
  const addresses: string[] = [];
  for (const { ip } of pod.status?.podIPs ?? []) {
    if ((addressType === "IPv6") === ip.includes(":")) addresses.push(ip);
  }
  return addresses;
}

function findPort(pod: Pod, target: number | string | undefined, protocol: string, port: number): number | undefined {
  if (typeof target !== "string") return target === undefined || target === 0 ? port : target;
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === "Always");
  for (const container of [...pod.spec.containers, ...sidecars]) {
    const found = container.ports?.find((entry) => entry.name === target && (entry.protocol ?? "TCP") === protocol);
    if (found !== undefined) return found.containerPort;
  }
  return undefined;
}

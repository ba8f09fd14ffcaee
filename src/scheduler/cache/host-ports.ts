import type { Pod } from "../../api/types/core-v1.ts";

/** A port of the host that a pod wants or has; `at` is "TCP/8080". */
export interface HostPort {
  readonly ip: string;
  readonly at: string;
}

/** Ports in use on a node: addresses by "protocol/port". */
export type UsedPorts = Map<string, Set<string>>;

const ANY = "0.0.0.0";
const NONE: readonly HostPort[] = [];

/** Host ports of sidecars and containers, in that order. */
export function hostPortsOf(pod: Pod): readonly HostPort[] {
  let found: HostPort[] | undefined;
  for (const container of pod.spec.initContainers ?? []) {
    if (container.restartPolicy === "Always") found = collect(container.ports, found);
  }
  for (const container of pod.spec.containers) found = collect(container.ports, found);
  return found ?? NONE;
}

type Ports = NonNullable<Pod["spec"]["containers"][number]["ports"]>;

function collect(ports: Ports | undefined, found: HostPort[] | undefined): HostPort[] | undefined {
  let all = found;
  for (const port of ports ?? []) {
    if (port.hostPort === undefined || port.hostPort <= 0) continue;
    const protocol = port.protocol === undefined || port.protocol === "" ? "TCP" : port.protocol;
    const ip = port.hostIP === undefined || port.hostIP === "" ? ANY : port.hostIP;
    all ??= [];
    all.push({ ip, at: `${protocol}/${port.hostPort}` });
  }
  return all;
}

/** Whether a wanted port is taken: 0.0.0.0 collides with every address, an address with itself and with 0.0.0.0. */
export function portConflicts(used: UsedPorts, wanted: HostPort): boolean {
  const addresses = used.get(wanted.at);
  if (addresses === undefined) return false;
  return wanted.ip === ANY ? addresses.size > 0 : addresses.has(ANY) || addresses.has(wanted.ip);
}

/** Takes ports. A set, as upstream's: two pods on one port hold it once. */
export function takePorts(used: UsedPorts, ports: readonly HostPort[]): void {
  for (const { ip, at } of ports) {
    const addresses = used.get(at);
    if (addresses === undefined) used.set(at, new Set([ip]));
    else addresses.add(ip);
  }
}

/** Frees ports, also when another pod holds the same one. */
export function freePorts(used: UsedPorts, ports: readonly HostPort[]): void {
  for (const { ip, at } of ports) {
    const addresses = used.get(at);
    addresses?.delete(ip);
    if (addresses?.size === 0) used.delete(at);
  }
}

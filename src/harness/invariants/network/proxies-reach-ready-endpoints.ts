import { cast } from "../../../base/units.ts";
import { compareText } from "../../../base/order.ts";
import type { Service } from "../../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../../api/types/discovery-v1.ts";
import type { World } from "../../../cluster/world.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { about } from "../violation.ts";

const NAME = "proxies-reach-ready-endpoints";

/**
 * Compares the packet walk with the slices. Left out: Services whose policy or hints narrow the choice, and those
 * without a ready endpoint, where terminating ones may serve.
 */
export const proxiesReachReadyEndpoints: Invariant<null> = {
  name: NAME,
  catalogue: ["96", "97", "I32"],
  expectation: "eventually",
  statement:
    "A packet to a Service's cluster IP can reach each ready endpoint of that port and nothing else, from every node that is up.",
  source: "reference/networking/virtual-ips",
  resources: [],
  init: () => null,
  atEnd(_memory, world, { reach }) {
    const found: Violation[] = [];
    if (reach === undefined) return found;
    for (const [key, object] of world.objects("services")) {
      const service = cast<Service>(object);
      const { clusterIP = "None", internalTrafficPolicy, trafficDistribution, ports = [] } = service.spec;
      if (
        clusterIP === "None" ||
        clusterIP === "" ||
        internalTrafficPolicy === "Local" ||
        trafficDistribution !== undefined
      )
        continue;
      for (const { port, name } of ports) {
        const ready = readyAddresses(world, key, name ?? "");
        if (ready === undefined || ready.length === 0) continue;
        for (const node of world.objects("nodes").keys()) {
          if (!proxyIsUp(world, node)) continue;
          const reached = [...reach(node, key, port).keys()].sort(compareText);
          if (reached.join() === ready.join()) continue;
          found.push(
            about(
              NAME,
              world.now,
              service,
              `From ${node} its port ${port} reaches ${list(reached)}; ready are ${list(ready)}.`,
            ),
          );
          break;
        }
      }
    }
    return found;
  },
};

/** Sorted "ip:port" of a port's ready endpoints; undefined when hints are at work. */
function readyAddresses(world: World, key: string, portName: string): string[] | undefined {
  const found = new Set<string>();
  for (const object of world.objects("endpointslices.discovery.k8s.io").values()) {
    const slice = cast<EndpointSlice>(object);
    if (`${slice.metadata.namespace}/${slice.metadata.labels?.["kubernetes.io/service-name"]}` !== key) continue;
    const port = slice.ports?.find((candidate) => (candidate.name ?? "") === portName)?.port;
    if (port === undefined || slice.addressType !== "IPv4") continue;
    for (const { addresses, conditions, hints } of slice.endpoints ?? []) {
      if (hints !== undefined) return undefined;
      if (conditions?.ready !== false) found.add(`${addresses[0]}:${port}`);
    }
  }
  return [...found].sort(compareText);
}

function proxyIsUp(world: World, node: string): boolean {
  return (
    world.powered(node) &&
    world.processes.some((process) => process.node === node && process.name.startsWith("kube-proxy") && process.up)
  );
}

function list(addresses: readonly string[]): string {
  return addresses.length === 0 ? "nothing" : addresses.join(", ");
}

import { cast } from "../../base/units.ts";
import type { Node, Pod, Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import type { RouteView } from "../../network/route.ts";

/** A cluster as packets meet it at this instant: every node's own rules. */
export function routeViewOf(cluster: Cluster): RouteView {
  const { world } = cluster;
  return {
    kernels: new Map([...cluster.state.machines].map(([node, machine]) => [node, machine.kernel])),
    nodes: cast<readonly Node[]>([...world.objects("nodes").values()]),
    pods: cast<readonly Pod[]>([...world.objects("pods").values()]),
    services: cast<ReadonlyMap<string, Service>>(world.objects("services")),
    slices: cast<readonly EndpointSlice[]>([...world.objects("endpointslices.discovery.k8s.io").values()]),
    now: world.now,
  };
}

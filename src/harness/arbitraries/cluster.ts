import fc from "fast-check";
import type { Millis } from "../../base/units.ts";
import type { ClusterPlan, NodeGroup, SchedulerPlan } from "../plan/plan.ts";

/** Least and most nodes of generated clusters. */
export interface NodeRange {
  readonly min: number;
  readonly max: number;
}

/** Most API servers of generated clusters. */
export const API_SERVERS_MAX: number = 3;

/** Clusters of equal or two-sized nodes in one to three zones, some with several API servers. */
export function clusterArbitrary(nodes: NodeRange): fc.Arbitrary<ClusterPlan> {
  return fc
    .record({
      count: fc.integer(nodes),
      zones: fc.constantFrom(1, 2, 3),
      cpu: fc.constantFrom("2", "4", "8"),
      small: fc.nat({ max: 3 }),
      latency: fc.constantFrom({ min: 1, max: 1 }, { min: 1, max: 1 }, { min: 0, max: 5 }, { min: 1, max: 50 }),
      apiServers: fc.constantFrom(1, 1, 1, 1, 2, API_SERVERS_MAX),
    })
    .map(({ count, zones, cpu, small, latency, apiServers }) => {
      const rest = { pods: 110, labels: {}, taints: [] };
      const few = small === 3 ? Math.min(count - 1, Math.ceil(count / 3)) : 0;
      const most = { count: count - few, zones: Math.min(zones, count - few), cpu, memory: "16Gi", ...rest };
      return {
        nodes: few > 0 ? [most, { ...rest, count: few, zones: 1, cpu: "1", memory: "2Gi", pods: 8 }] : [most],
        controlPlane: { apiServers },
        network: { latencyMs: latency },
      };
    });
}

type SchedulerTimes = Pick<SchedulerPlan, "attemptMs" | "permitMs">;

/** The same cluster with small nodes, where pods compete for room, one that joins late, and a scheduler whose attempts take time. */
export function scarce(cluster: fc.Arbitrary<ClusterPlan>): fc.Arbitrary<ClusterPlan> {
  return fc
    .record({
      cluster,
      cpu: fc.constantFrom("1", "2"),
      pods: fc.constantFrom(3, 6, 110),
      times: fc.constantFrom<SchedulerTimes>(
        {},
        {},
        { attemptMs: 10 },
        { attemptMs: 10, permitMs: 5 },
        { attemptMs: 200 },
        { attemptMs: 200, permitMs: 50 },
      ),
      joinsAt: fc.constantFrom(0, 0, 12_000, 30_000),
    })
    .map(({ cluster: drawn, cpu, pods, times, joinsAt }) => {
      const nodes = drawn.nodes.map((group) => ({ ...group, cpu, pods })).flatMap(lastJoining(joinsAt));
      if (times.attemptMs === undefined) return { ...drawn, nodes };
      const schedulers = (drawn.schedulers ?? [{ name: "kube-scheduler" }]).map((one) => ({ ...times, ...one }));
      return { ...drawn, nodes, schedulers };
    });
}

/** Splits the last node off a group of several. */
function lastJoining(joinsAt: Millis): (group: NodeGroup) => readonly NodeGroup[] {
  return (group) => {
    if (joinsAt === 0 || group.count < 2) return [group];
    const count = group.count - 1;
    return [
      { ...group, count, zones: Math.min(group.zones, count) },
      { ...group, count: 1, zones: Math.min(group.zones, 1), joinsAt },
    ];
  };
}

import type { ClusterSpec } from "../src/cluster/cluster-spec.ts";
import { clusterSpecOf } from "../src/harness/plan/cluster-spec-of.ts";
import { decodePlan } from "../src/harness/plan/parse.ts";

/** A cluster of equal nodes without zones, as a plan has it. */
export function plainCluster(nodes: { count: number; cpu: string; memory: string }, latencyMs: unknown): ClusterSpec {
  const cluster = { nodes: [{ ...nodes, zones: 0 }], network: { latencyMs } };
  const plan = { apiVersion: "shakedown/v1", kind: "Plan", metadata: { name: "benchmark" }, spec: { cluster } };
  return clusterSpecOf(decodePlan(plan, "benchmark"));
}

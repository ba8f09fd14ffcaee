import type { AlgorithmOptions } from "../../scheduler/algorithm.ts";
import { digestPlacement, emptyPlacements, placementsHex } from "../placement-digest.ts";
import { scheduleWorkload } from "../schedule-workload.ts";
import { algorithmFor } from "../workload-algorithm.ts";
import { type WorkloadChoice, loadWorkload } from "./load-workload.ts";
import { thisMachine } from "./machine.ts";
import { type BenchRow, figures } from "./row.ts";
import { type Sampling, sample } from "./sample.ts";

/** Measures the scheduling cycle over a workload of the catalogue: one row. */
export function benchScheduling(choice: WorkloadChoice, options: AlgorithmOptions, sampling: Sampling): BenchRow {
  const { make } = loadWorkload(choice);
  const prepare = () => {
    const cluster = make();
    return { algorithm: algorithmFor(cluster, options), cluster };
  };
  const { samplesMs, latencies, outcome } = sample(choice.name, sampling, prepare, ({ algorithm, cluster }, lap) => {
    const placements = scheduleWorkload(algorithm, cluster, lap);
    const { fastDecisions, scalarDecisions } = algorithm;
    return {
      ...placements,
      fastDecisions,
      scalarDecisions,
      digest: digestOf(placements.nodes),
      nodeCount: cluster.nodes.length,
    };
  });
  return {
    workload: choice.name,
    nodes: outcome.nodeCount,
    pods: outcome.nodes.length,
    percentage: options.percentageOfNodesToScore ?? "default",
    ...figures({ samplesMs, latencies, decisions: outcome.nodes.length }, thisMachine()),
    digest: outcome.digest,
    unscheduled: outcome.unscheduled,
    fast_decisions: outcome.fastDecisions,
    scalar_decisions: outcome.scalarDecisions,
  };
}

/** The digest of placements in order. */
export function digestOf(nodes: readonly string[]): string {
  const digest = emptyPlacements();
  for (const node of nodes) digestPlacement(digest, node);
  return placementsHex(digest);
}

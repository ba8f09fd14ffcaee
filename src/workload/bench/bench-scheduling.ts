import type { AlgorithmOptions } from "../../scheduler/algorithm.ts";
import { digestPlacement, emptyPlacements, placementsHex } from "../placement-digest.ts";
import { scheduleWorkload } from "../schedule-workload.ts";
import { algorithmFor } from "../workload-algorithm.ts";
import { type WorkloadChoice, loadWorkload } from "./load-workload.ts";
import { peakRssMb } from "./machine.ts";
import type { BenchPart } from "./part.ts";
import { type Sampling, sample } from "./sample.ts";

/** Measures the scheduling cycle over a workload of the catalogue. */
export function benchScheduling(choice: WorkloadChoice, options: AlgorithmOptions, sampling: Sampling): BenchPart {
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
    facts: {
      workload: choice.name,
      nodes: outcome.nodeCount,
      pods: outcome.nodes.length,
      percentage: options.percentageOfNodesToScore ?? "default",
      digest: outcome.digest,
      unscheduled: outcome.unscheduled,
      fast_decisions: outcome.fastDecisions,
      scalar_decisions: outcome.scalarDecisions,
    },
    samplesMs,
    latencies: latencies.data(),
    peakRssMb: peakRssMb(),
    decisions: outcome.nodes.length,
  };
}

/** The digest of placements in order. */
export function digestOf(nodes: readonly string[]): string {
  const digest = emptyPlacements();
  for (const node of nodes) digestPlacement(digest, node);
  return placementsHex(digest);
}

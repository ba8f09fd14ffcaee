import { InputError } from "../../base/input-error.ts";
import { type AlgorithmOptions, createAlgorithm } from "../../scheduler/algorithm.ts";
import { digestPlacement, emptyPlacements, placementsHex } from "../placement-digest.ts";
import { fillCluster, scheduleWorkload } from "../schedule-workload.ts";
import { workloadObjects } from "../workload-objects.ts";
import { type WorkloadChoice, loadWorkload } from "./load-workload.ts";
import { thisMachine } from "./machine.ts";
import { type BenchRow, figures } from "./row.ts";
import { type Sampling, sample } from "./sample.ts";

/** Measures the scheduling cycle over a workload of the catalogue: one row. */
export function benchScheduling(choice: WorkloadChoice, options: AlgorithmOptions, sampling: Sampling): BenchRow {
  const { make } = loadWorkload(choice);
  const prepare = () => {
    const cluster = make();
    const algorithm = createAlgorithm({ ...options, objects: workloadObjects(cluster.objects) });
    fillCluster(algorithm, cluster);
    return { algorithm, cluster };
  };
  const { samplesMs, latencies, outcome } = sample(choice.name, sampling, prepare, ({ algorithm, cluster }, lap) => {
    const placements = scheduleWorkload(algorithm, cluster, lap);
    if (cluster.preempt && placements.unscheduled > 0)
      throw new InputError(`${choice.name}: pods that fit nowhere must preempt others, which is not measured here`);
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

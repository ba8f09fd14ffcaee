import { join } from "node:path";
import { type AlgorithmOptions, createAlgorithm } from "../../scheduler/algorithm.ts";
import { openbNode, openbPod } from "../openb.ts";
import { scheduleTrace } from "../schedule-trace.ts";
import { digestOf } from "./bench-scheduling.ts";
import { thisMachine } from "./machine.ts";
import { packageRoot } from "./package-root.ts";
import { readTable } from "./read-table.ts";
import { type BenchRow, figures, round } from "./row.ts";
import { type Sampling, sample } from "./sample.ts";

/** Names of the two ways to play the trace. */
export const TRACES: readonly string[] = ["openb", "openb-fill"];

/** Size of the trace to play: its first nodes and its first pods of the list. */
export interface TraceChoice {
  readonly name: string;
  readonly nodes?: number | undefined;
  readonly pods?: number | undefined;
}

/**
 * Plays the openb trace (1,523 nodes, 8,152 pods) and measures each attempt. "openb" has creations and deletions over 149
 * days, of which few pods are there at a time; "openb-fill" deletes nothing, so that 98 % of the GPUs are asked for.
 */
export function benchOpenb(choice: TraceChoice, options: AlgorithmOptions, sampling: Sampling): BenchRow {
  const folder = join(packageRoot(), "scenarios", "workloads", "openb");
  const nodeRows = readTable(join(folder, "openb_node_list_all_node.csv.gz")).slice(0, choice.nodes);
  const podRows = readTable(join(folder, "openb_pod_list_default.csv.gz")).slice(0, choice.pods);
  const prepare = () => {
    const nodes = nodeRows.map(openbNode);
    const algorithm = createAlgorithm(options);
    for (const { node } of nodes) algorithm.addNode(node);
    return { algorithm, nodes, pods: podRows.map(openbPod) };
  };
  const measured = sample(choice.name, sampling, prepare, ({ algorithm, nodes, pods }, lap) => {
    const outcome = scheduleTrace(algorithm, { nodes, pods, deletions: choice.name === "openb" }, lap);
    const { fastDecisions, scalarDecisions } = algorithm;
    return { ...outcome, fastDecisions, scalarDecisions, digest: digestOf(outcome.nodes) };
  });
  const { outcome } = measured;
  return {
    workload: choice.name,
    nodes: nodeRows.length,
    pods: podRows.length,
    percentage: options.percentageOfNodesToScore ?? "default",
    ...figures({ ...measured, decisions: outcome.attempts }, thisMachine()),
    digest: outcome.digest,
    unscheduled: outcome.pending,
    fast_decisions: outcome.fastDecisions,
    scalar_decisions: outcome.scalarDecisions,
    placed: outcome.placed,
    pending: outcome.pending,
    attempts: outcome.attempts,
    cpu_pct: round(outcome.cpuPct, 2),
    gpu_pct: round(outcome.gpuPct, 2),
    cpu_peak_pct: round(outcome.cpuPeakPct, 2),
    gpu_peak_pct: round(outcome.gpuPeakPct, 2),
  };
}

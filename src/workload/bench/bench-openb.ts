import { join } from "node:path";
import { type AlgorithmOptions, createAlgorithm } from "../../scheduler/algorithm.ts";
import { type TraceNode, openbNode, openbPod } from "../openb.ts";
import { shuffledTrace } from "../shuffled-trace.ts";
import type { TraceOutcome } from "../schedule-trace.ts";
import { scheduleTrace } from "../schedule-trace.ts";
import type { Row } from "../table.ts";
import { digestOf } from "./bench-scheduling.ts";
import { peakRssMb } from "./machine.ts";
import { packageRoot } from "./package-root.ts";
import type { BenchPart } from "./part.ts";
import { readTable } from "./read-table.ts";
import { type BenchFacts, round } from "./row.ts";
import { type Sampling, sample } from "./sample.ts";

/** Names of the two ways to play the trace. */
export const TRACES: readonly string[] = ["openb", "openb-fill"];

/** Size of the trace to play: its first nodes and its first pods of the list; and in how many orders, for the quality; default: none. */
export interface TraceChoice {
  readonly name: string;
  readonly nodes?: number | undefined;
  readonly pods?: number | undefined;
  readonly seeds?: number | undefined;
}

/**
 * Plays the openb trace (1,523 nodes, 8,152 pods) and measures each attempt. "openb" has creations and deletions over 149
 * days, of which few pods are there at a time; "openb-fill" deletes nothing, so that 98 % of the GPUs are asked for. With
 * several seeds the trace is played again in its own order and in others, unmeasured.
 */
export function benchOpenb(choice: TraceChoice, options: AlgorithmOptions, sampling: Sampling): BenchPart {
  const folder = join(packageRoot(), "scenarios", "workloads", "openb");
  const nodeRows = readTable(join(folder, "openb_node_list_all_node.csv.gz")).slice(0, choice.nodes);
  const podRows = readTable(join(folder, "openb_pod_list_default.csv.gz")).slice(0, choice.pods);
  const deletions = choice.name === "openb";
  const prepare = () => ({ ...clusterOf(nodeRows, options), pods: podRows.map(openbPod) });
  const measured = sample(choice.name, sampling, prepare, ({ algorithm, nodes, pods }, lap) => {
    const outcome = scheduleTrace(algorithm, { nodes, pods, deletions }, lap);
    const { fastDecisions, scalarDecisions } = algorithm;
    return { ...outcome, fastDecisions, scalarDecisions, digest: digestOf(outcome.nodes) };
  });
  const { outcome } = measured;
  const judged = Array.from({ length: choice.seeds ?? 0 }, (_, i) => {
    const { algorithm, nodes } = clusterOf(nodeRows, options);
    const pods = podRows.map(openbPod);
    const quality = true;
    return scheduleTrace(algorithm, { nodes, pods: i === 0 ? pods : shuffledTrace(pods, i + 1), deletions, quality });
  });
  return {
    facts: {
      workload: choice.name,
      nodes: nodeRows.length,
      pods: podRows.length,
      percentage: options.percentageOfNodesToScore ?? "default",
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
      ...qualityOf(judged),
    },
    samplesMs: measured.samplesMs,
    latencies: measured.latencies.data(),
    peakRssMb: peakRssMb(),
    decisions: outcome.attempts,
  };
}

function clusterOf(nodeRows: readonly Row[], options: AlgorithmOptions) {
  const nodes: readonly TraceNode[] = nodeRows.map(openbNode);
  const algorithm = createAlgorithm(options);
  for (const { node } of nodes) algorithm.addNode(node);
  return { algorithm, nodes };
}

/** Mean and standard deviation over the orders in which the pods came. */
function qualityOf(outcomes: readonly TraceOutcome[]): Partial<BenchFacts> {
  if (outcomes.length === 0) return {};
  const of = (measure: (outcome: TraceOutcome) => number): readonly [number, number] => {
    const values = outcomes.map(measure);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return [round(mean, 2), round(values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)), 2)];
  };
  const [pending_mean, pending_sd] = of(({ pending }) => pending);
  const [cpu_mean, cpu_sd] = of(({ cpuPeakPct }) => cpuPeakPct);
  const [gpu_mean, gpu_sd] = of(({ gpuPeakPct }) => gpuPeakPct);
  const [frag_mean, frag_sd] = of(({ quality }) => quality?.fragmentationPct ?? 0);
  const [imbalance_mean, imbalance_sd] = of(({ quality }) => quality?.imbalancePct ?? 0);
  const means = { pending_mean, cpu_mean, gpu_mean, frag_mean, imbalance_mean };
  return { seeds: outcomes.length, ...means, pending_sd, cpu_sd, gpu_sd, frag_sd, imbalance_sd };
}

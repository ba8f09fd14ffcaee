import type { Machine } from "./machine.ts";

/** One line of a benchmark's table. Column names and units are part of the CSV's face. */
export interface BenchRow {
  readonly workload: string;
  readonly nodes: number;
  /** Pods that were decided upon in one sample. */
  readonly pods: number;
  /** percentageOfNodesToScore: "default" adapts to the number of nodes. */
  readonly percentage: "default" | number;
  /** Pods by the time of the median sample. */
  readonly pods_per_s: number;
  /** 95 % interval of the median. */
  readonly pods_per_s_low: number;
  readonly pods_per_s_high: number;
  /** Time of one decision (choose and assume) over all samples. */
  readonly p50_us: number;
  readonly p99_us: number;
  readonly max_us: number;
  readonly peak_rss_mb: number;
  /** Passes over the whole workload that count, after the warm-up. */
  readonly samples: number;
  /** (slowest - fastest sample) / median, in percent. */
  readonly spread_pct: number;
  /** FNV-1a, 64 bits, over the chosen node's name and a newline for each pod. */
  readonly digest: string;
  readonly node: string;
  readonly commit: string;
  readonly cpu: string;
  /** Pods that fit nowhere. */
  readonly unscheduled: number;
  /** Decisions of one sample by the columnar path and by the scalar one. */
  readonly fast_decisions: number;
  readonly scalar_decisions: number;
  /** Only of traces. */
  readonly placed?: number;
  readonly pending?: number;
  readonly attempts?: number;
  readonly cpu_pct?: number;
  readonly gpu_pct?: number;
  readonly cpu_peak_pct?: number;
  readonly gpu_peak_pct?: number;
  /** File of the configuration; absent for the default one. */
  readonly policy?: string;
  /** Orders in which the trace's pods came, for the means and standard deviations that follow. */
  readonly seeds?: number;
  readonly pending_mean?: number;
  readonly pending_sd?: number;
  readonly cpu_mean?: number;
  readonly cpu_sd?: number;
  readonly gpu_mean?: number;
  readonly gpu_sd?: number;
  readonly frag_mean?: number;
  readonly frag_sd?: number;
  readonly imbalance_mean?: number;
  readonly imbalance_sd?: number;
  /** Total time grows as nodes to this power, over the sizes of one run. */
  readonly growth_exponent?: number;
  /** The peer's figure, taken in turn with ours, and ours by it. */
  readonly peer_pods_per_s?: number;
  readonly peer_ratio?: number;
}

/** What a row tells besides times. */
export type BenchFacts = Omit<
  BenchRow,
  | "pods_per_s"
  | "pods_per_s_low"
  | "pods_per_s_high"
  | "p50_us"
  | "p99_us"
  | "max_us"
  | "peak_rss_mb"
  | "samples"
  | "spread_pct"
  | keyof Machine
>;

/** Columns in the order of the CSV. */
export const BENCH_COLUMNS: readonly (keyof BenchRow)[] = [
  "workload",
  "nodes",
  "pods",
  "percentage",
  "pods_per_s",
  "p50_us",
  "p99_us",
  "max_us",
  "peak_rss_mb",
  "samples",
  "spread_pct",
  "digest",
  "node",
  "commit",
  "cpu",
  "unscheduled",
  "fast_decisions",
  "scalar_decisions",
  "placed",
  "pending",
  "attempts",
  "cpu_pct",
  "gpu_pct",
  "cpu_peak_pct",
  "gpu_peak_pct",
  "pods_per_s_low",
  "pods_per_s_high",
  "policy",
  "seeds",
  "pending_mean",
  "pending_sd",
  "cpu_mean",
  "cpu_sd",
  "gpu_mean",
  "gpu_sd",
  "frag_mean",
  "frag_sd",
  "imbalance_mean",
  "imbalance_sd",
  "growth_exponent",
  "peer_pods_per_s",
  "peer_ratio",
];

/** `value` with at most `places` decimals. */
export function round(value: number, places: number): number {
  return Math.round(value * 10 ** places) / 10 ** places;
}

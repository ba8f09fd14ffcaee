import type { Histogram } from "./histogram.ts";
import { type Machine, peakRssMb } from "./machine.ts";

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
}

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
];

/** What the samples of one workload gave. */
export interface Measured {
  /** Milliseconds of each sample, at least one. */
  readonly samplesMs: readonly number[];
  readonly latencies: Histogram;
  readonly decisions: number;
}

/** The measured columns: figures are rounded where the spread has long drowned the digits. */
export function figures(
  { samplesMs, latencies, decisions }: Measured,
  machine: Machine,
): Pick<
  BenchRow,
  "pods_per_s" | "p50_us" | "p99_us" | "max_us" | "peak_rss_mb" | "samples" | "spread_pct" | keyof Machine
> {
  const sorted = [...samplesMs].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const [fastest = 0, slowest = 0] = [sorted[0], sorted.at(-1)];
  return {
    pods_per_s: median === 0 ? 0 : Math.round((decisions / median) * 1000),
    p50_us: round(latencies.quantileUs(0.5), 2),
    p99_us: round(latencies.quantileUs(0.99), 2),
    max_us: round(latencies.maxUs, 2),
    peak_rss_mb: round(peakRssMb(), 1),
    samples: sorted.length,
    spread_pct: median === 0 ? 0 : round((100 * (slowest - fastest)) / median, 1),
    ...machine,
  };
}

/** `value` with at most `places` decimals. */
export function round(value: number, places: number): number {
  return Math.round(value * 10 ** places) / 10 ** places;
}

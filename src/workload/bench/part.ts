import type { Machine } from "./machine.ts";
import { thisMachine } from "./machine.ts";
import { Histogram, type HistogramData } from "./histogram.ts";
import { type BenchFacts, type BenchRow, round } from "./row.ts";

/** What one round measured of one job: plain data, so that it can come from another process. */
export interface BenchPart {
  readonly facts: BenchFacts;
  /** Milliseconds of each sample, at least one. */
  readonly samplesMs: readonly number[];
  readonly latencies: HistogramData;
  readonly peakRssMb: number;
  /** Decisions of one sample. */
  readonly decisions: number;
}

/** Joins the rounds of one job into a row. Figures are rounded where the spread has long drowned the digits. */
export function rowOf(parts: readonly [BenchPart, ...BenchPart[]], machine: Machine = thisMachine()): BenchRow {
  const [{ facts, decisions }] = parts;
  const latencies = new Histogram();
  for (const part of parts) latencies.add(part.latencies);
  const sorted = parts.flatMap(({ samplesMs }) => samplesMs).sort((a, b) => a - b);
  const { low, median, high } = medianOf(sorted);
  const [fastest = 0, slowest = 0] = [sorted[0], sorted.at(-1)];
  const rate = (milliseconds: number): number =>
    milliseconds === 0 ? 0 : Math.round((decisions / milliseconds) * 1000);
  return {
    ...facts,
    pods_per_s: rate(median),
    pods_per_s_low: rate(high),
    pods_per_s_high: rate(low),
    p50_us: round(latencies.quantileUs(0.5), 2),
    p99_us: round(latencies.quantileUs(0.99), 2),
    max_us: round(latencies.maxUs, 2),
    peak_rss_mb: round(Math.max(...parts.map(({ peakRssMb }) => peakRssMb)), 1),
    samples: sorted.length,
    spread_pct: median === 0 ? 0 : round((100 * (slowest - fastest)) / median, 1),
    ...machine,
  };
}

/**
 * The median with its 95 % interval by order statistics, of numbers in ascending order: of 16, the 5th and the 13th; of 5 or
 * fewer, all of them.
 */
export function medianOf(sorted: readonly number[]): {
  readonly low: number;
  readonly median: number;
  readonly high: number;
} {
  const n = sorted.length;
  const reach = 0.98 * Math.sqrt(n);
  const at = (place: number): number => sorted[Math.min(Math.max(place, 0), n - 1)] ?? 0;
  return { low: at(Math.floor(n / 2 - reach)), median: at(Math.floor(n / 2)), high: at(Math.ceil(n / 2 + reach)) };
}

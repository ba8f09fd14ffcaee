import { InputError } from "../../base/input-error.ts";
import { type Row, textOf } from "../table.ts";
import type { BenchRow } from "./row.ts";

/** One workload now and in an earlier table. */
export interface Comparison {
  readonly workload: string;
  readonly nodes: number;
  readonly pods: number;
  readonly percentage: "default" | number;
  readonly pods_per_s: number;
  readonly pods_per_s_before: number;
  /** Now by before; above 1 is faster. */
  readonly ratio: number;
  /** Whether the difference is larger than the spread of both runs together. */
  readonly beyond_spread: boolean;
  readonly same_decisions: boolean;
  readonly same_machine: boolean;
}

/** Compares rows with those of an earlier table of the same workload, nodes, pods and percentage; others are left out. */
export function compareRows(rows: readonly BenchRow[], before: readonly Row[]): readonly Comparison[] {
  const key = (parts: readonly (string | number)[]): string => parts.join("\n");
  const known = new Map<string, Row>();
  for (const row of before)
    known.set(key(["workload", "nodes", "pods", "percentage"].map((column) => textOf(row, column))), row);
  const found: Comparison[] = [];
  for (const row of rows) {
    const old = known.get(key([row.workload, row.nodes, row.pods, row.percentage]));
    if (old !== undefined) found.push(comparison(row, old));
  }
  return found;
}

function comparison(row: BenchRow, old: Row): Comparison {
  const { workload, nodes, pods, percentage, pods_per_s } = row;
  const before = numberOf(old, "pods_per_s");
  const ratio = before === 0 ? 0 : pods_per_s / before;
  return {
    workload,
    nodes,
    pods,
    percentage,
    pods_per_s,
    pods_per_s_before: before,
    ratio: Math.round(ratio * 1000) / 1000,
    beyond_spread: Math.abs(ratio - 1) * 100 > row.spread_pct + numberOf(old, "spread_pct"),
    same_decisions: row.digest === textOf(old, "digest"),
    same_machine: row.cpu === textOf(old, "cpu") && row.node === textOf(old, "node"),
  };
}

function numberOf(row: Row, column: string): number {
  const text = textOf(row, column);
  const value = Number(text);
  if (text !== "" && Number.isFinite(value)) return value;
  throw new InputError(`${row.source}:${row.line}: ${column} must be a number, found ${JSON.stringify(text)}`);
}

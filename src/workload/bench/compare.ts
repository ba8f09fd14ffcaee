import { InputError } from "../../base/input-error.ts";
import { type Row, textOf } from "../table.ts";
import { type BenchRow, round } from "./row.ts";

/** One workload now and in an earlier table. */
export interface Comparison {
  readonly workload: string;
  readonly nodes: number;
  readonly pods: number;
  readonly percentage: "default" | number;
  readonly policy: string;
  readonly pods_per_s: number;
  readonly pods_per_s_before: number;
  /** Now by before; above 1 is faster. */
  readonly ratio: number;
  /** From our lower end by the earlier upper end to our upper end by the earlier lower end, of the medians' 95 % intervals. */
  readonly ratio_low: number;
  readonly ratio_high: number;
  /** Same: the interval holds 1. */
  readonly verdict: "faster" | "slower" | "same";
  readonly same_decisions: boolean;
  readonly same_machine: boolean;
}

/** Compares rows with those of an earlier table of the same workload, nodes, pods, percentage and policy; others are left out. */
export function compareRows(rows: readonly BenchRow[], before: readonly Row[]): readonly Comparison[] {
  const known = new Map<string, Row>();
  for (const row of before) {
    const parts = ["workload", "nodes", "pods", "percentage"].map((column) => textOf(row, column));
    known.set([...parts, row.fields["policy"] ?? ""].join("\n"), row);
  }
  const found: Comparison[] = [];
  for (const row of rows) {
    const old = known.get([row.workload, row.nodes, row.pods, row.percentage, row.policy ?? ""].join("\n"));
    if (old !== undefined) found.push(comparison(row, old));
  }
  return found;
}

/** Whether a row became slower beyond noise. */
export function isRegression({ verdict }: Comparison): boolean {
  return verdict === "slower";
}

function comparison(row: BenchRow, old: Row): Comparison {
  const { workload, nodes, pods, percentage, policy = "", pods_per_s } = row;
  const before = numberOf(old, "pods_per_s");
  const low = ratioOf(row.pods_per_s_low, numberOf(old, "pods_per_s_high"));
  const high = ratioOf(row.pods_per_s_high, numberOf(old, "pods_per_s_low"));
  return {
    workload,
    nodes,
    pods,
    percentage,
    policy,
    pods_per_s,
    pods_per_s_before: before,
    ratio: ratioOf(pods_per_s, before),
    ratio_low: low,
    ratio_high: high,
    verdict: low > 1 ? "faster" : high < 1 ? "slower" : "same",
    same_decisions: row.digest === textOf(old, "digest"),
    same_machine: row.cpu === textOf(old, "cpu") && row.node === textOf(old, "node"),
  };
}

function ratioOf(now: number, before: number): number {
  return before === 0 ? 0 : round(now / before, 3);
}

function numberOf(old: Row, column: string): number {
  const text = textOf(old, column);
  const value = Number(text);
  if (text !== "" && Number.isFinite(value)) return value;
  throw new InputError(`${old.source}:${old.line}: ${column} must be a number, found ${JSON.stringify(text)}`);
}

import type { FindingGroup } from "./aggregate.ts";
import { count, duration } from "./words.ts";

/** Columns of the CSV, in order; durations in whole milliseconds. */
export const FINDING_COLUMNS: readonly string[] = [
  "expectation",
  "object",
  "cause",
  "histories",
  "share",
  "typical_ms",
  "worst_ms",
  "unrecovered",
  "steps",
  "seed",
  "plan",
  "sentence",
];

/** A row of JSON: what a group says, and the share of all histories that showed it. */
export interface FindingRow {
  readonly expectation: string;
  readonly object: string;
  readonly cause: string;
  readonly histories: number;
  /** 0 … 1. */
  readonly share: number;
  readonly typicalMs: number;
  readonly worstMs: number;
  readonly unrecovered: number;
  readonly steps: number;
  readonly seed: number;
  readonly plan: string;
  readonly sentence: string;
}

/**
 * The findings for a terminal, without colours:
 *
 *   service-survives-node-loss: 3 findings
 *     Service cartservice had no ready endpoint for 34 s while node-7 was powered off: Deployment cartservice has 1 replica
 *       in 12 of 40 histories; typically 31 s, at worst 52 s; shortest: seed 9, 3 steps (plan-0009)
 */
export function renderText(groups: readonly FindingGroup[], histories: number): string {
  if (groups.length === 0) return `No findings in ${historiesOf(histories)}: the manifests stood all disturbances.\n`;
  const lines: string[] = [];
  for (const expectation of new Set(groups.map((group) => group.expectation))) {
    const members = groups.filter((group) => group.expectation === expectation);
    lines.push(`${expectation}: ${count(members.length, "finding")}`);
    for (const group of members) lines.push(`  ${group.example.sentence}`, `    ${footnote(group, histories)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** One row for each group, for `--json`. */
export function renderRows(groups: readonly FindingGroup[], histories: number): FindingRow[] {
  return groups.map((group) => ({
    expectation: group.expectation,
    object: group.object,
    cause: group.cause,
    histories: group.histories,
    share: histories === 0 ? 0 : Math.round((1000 * group.histories) / histories) / 1000,
    typicalMs: group.typicalMs,
    worstMs: group.worstMs,
    unrecovered: group.unrecovered,
    steps: group.steps,
    seed: group.seed,
    plan: group.planId,
    sentence: group.example.sentence,
  }));
}

/** The same as records of FINDING_COLUMNS, for a CSV writer. */
export function renderRecords(groups: readonly FindingGroup[], histories: number): (string | number)[][] {
  return renderRows(groups, histories).map((row) => [
    row.expectation,
    row.object,
    row.cause,
    row.histories,
    row.share,
    row.typicalMs,
    row.worstMs,
    row.unrecovered,
    row.steps,
    row.seed,
    row.plan,
    row.sentence,
  ]);
}

function footnote(group: FindingGroup, histories: number): string {
  const parts = [`in ${group.histories} of ${historiesOf(histories)}`];
  if (group.worstMs > 0)
    parts.push(
      group.histories === 1
        ? `for ${duration(group.worstMs)}`
        : `typically ${duration(group.typicalMs)}, at worst ${duration(group.worstMs)}`,
    );
  if (group.unrecovered > 0) parts.push(`not over at the end in ${group.unrecovered}`);
  parts.push(`shortest: seed ${group.seed}, ${count(group.steps, "step")} (${group.planId})`);
  return parts.join("; ");
}

function historiesOf(n: number): string {
  return n === 1 ? "1 history" : `${n} histories`;
}

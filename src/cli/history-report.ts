import type { History } from "../harness/execute/execute.ts";
import type { Violation } from "../harness/invariants/invariant.ts";
import { duration } from "../harness/findings/words.ts";

/** A history as plain data, for `--json`. */
export interface HistoryRow {
  readonly digest: string;
  readonly events: number;
  readonly endedAtMs: number;
  readonly quietAtMs: number | null;
  readonly violations: readonly Violation[];
  readonly findings: History["findings"];
  readonly checks: History["checks"];
  readonly seen: readonly string[];
}

/** The plain data of a history. */
export function rowOf(history: History): HistoryRow {
  const { digest, events, endedAt, quietAt, violations, findings, checks, seen } = history;
  return { digest, events, endedAtMs: endedAt, quietAtMs: quietAt ?? null, violations, findings, checks, seen };
}

/** True when nothing was violated, no check failed and the manifests stood everything. */
export function held(history: History): boolean {
  return (
    history.violations.length === 0 &&
    history.findings.length === 0 &&
    history.checks.every((check) => check.verdict !== "failed")
  );
}

/** What a history came to, for a terminal. */
export function describe(history: History): string {
  const lines: string[] = [];
  for (const check of history.checks)
    lines.push(`${check.verdict === "held" ? "held  " : "FAILED"}  ${time(check.at)}  ${check.sentence}`);
  for (const violation of history.violations) lines.push(describeViolation(violation));
  for (const finding of history.findings) lines.push(`finding ${time(finding.at)}  ${finding.sentence}`);
  const quiet = history.quietAt === undefined ? "still writing at the end" : `quiet at ${time(history.quietAt)}`;
  lines.push(
    `${history.events} events in ${duration(history.endedAt)} of virtual time; ${quiet}; digest ${history.digest}`,
  );
  return `${lines.join("\n")}\n`;
}

/** One violation as a line. */
export function describeViolation(violation: Violation): string {
  return `VIOLATED ${time(violation.at)}  ${violation.invariant}: ${violation.object ?? ""} ${violation.sentence}`;
}

function time(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

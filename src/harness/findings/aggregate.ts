import { compareText } from "../../base/order.ts";
import type { Millis } from "../../base/units.ts";
import type { Finding } from "../expectations/expectation.ts";

/** One history of a campaign and what it showed. */
export interface HistoryFindings {
  /** Names the plan, for the report and the saved file. */
  readonly planId: string;
  readonly seed: number;
  readonly steps: number;
  readonly findings: readonly Finding[];
}

/** Equal findings of many histories: same expectation, object and cause. */
export interface FindingGroup {
  readonly expectation: string;
  readonly object: string;
  readonly cause: string;
  /** Histories that showed it; each counts once. */
  readonly histories: number;
  readonly worstMs: Millis;
  /** Median over its histories, each with its worst duration. */
  readonly typicalMs: Millis;
  /** Histories in which it was not over at the end. */
  readonly unrecovered: number;
  /** The finding of the shortest history: fewest steps, then lowest seed, then plan id. */
  readonly example: Finding;
  readonly planId: string;
  readonly seed: number;
  readonly steps: number;
}

interface Draft {
  readonly durations: Millis[];
  unrecovered: number;
  best: { readonly history: HistoryFindings; readonly finding: Finding };
}

/** Groups over all histories; most frequent first, then the worst, then by name. */
export function aggregate(histories: Iterable<HistoryFindings>): FindingGroup[] {
  const drafts = new Map<string, Draft>();
  for (const history of histories) for (const finding of worstOfEach(history.findings)) enter(drafts, history, finding);
  return [...drafts.values()].map(finish).sort(byWeight);
}

/** Of each group the worst finding of one history: unrecovered ones first, then the longest. */
function worstOfEach(findings: readonly Finding[]): Iterable<Finding> {
  const worst = new Map<string, Finding>();
  for (const finding of findings) {
    const known = worst.get(groupKey(finding));
    if (known === undefined || isWorse(finding, known)) worst.set(groupKey(finding), finding);
  }
  return worst.values();
}

function isWorse(a: Finding, b: Finding): boolean {
  return a.recovered === b.recovered ? a.durationMs > b.durationMs : !a.recovered;
}

function enter(drafts: Map<string, Draft>, history: HistoryFindings, finding: Finding): void {
  const key = groupKey(finding);
  const draft = drafts.get(key);
  if (draft === undefined) {
    drafts.set(key, {
      durations: [finding.durationMs],
      unrecovered: finding.recovered ? 0 : 1,
      best: { history, finding },
    });
    return;
  }
  draft.durations.push(finding.durationMs);
  if (!finding.recovered) draft.unrecovered += 1;
  if (isShorter(history, draft.best.history)) draft.best = { history, finding };
}

function isShorter(a: HistoryFindings, b: HistoryFindings): boolean {
  return (a.steps - b.steps || a.seed - b.seed || compareText(a.planId, b.planId)) < 0;
}

function finish({ durations, unrecovered, best: { history, finding } }: Draft): FindingGroup {
  const sorted = [...durations].sort((a, b) => a - b);
  return {
    expectation: finding.expectation,
    object: finding.object,
    cause: finding.cause,
    histories: durations.length,
    worstMs: sorted.at(-1) ?? 0,
    typicalMs: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0,
    unrecovered,
    example: finding,
    planId: history.planId,
    seed: history.seed,
    steps: history.steps,
  };
}

function groupKey({ expectation, object, cause }: Finding): string {
  return `${expectation}\n${object}\n${cause}`;
}

function byWeight(a: FindingGroup, b: FindingGroup): number {
  return (
    b.histories - a.histories ||
    b.worstMs - a.worstMs ||
    compareText(a.expectation, b.expectation) ||
    compareText(a.object, b.object) ||
    compareText(a.cause, b.cause)
  );
}

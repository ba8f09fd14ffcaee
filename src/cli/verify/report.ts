import { join } from "node:path";
import type { PlanOptions } from "../../harness/arbitraries/plan.ts";
import { FINDING_COLUMNS, renderRows, renderText } from "../../harness/findings/render.ts";
import type { FindingGroup } from "../../harness/findings/aggregate.ts";
import { allInvariants } from "../../harness/invariants/index.ts";
import type { Plan } from "../../harness/plan/plan.ts";
import { shrinkViolation } from "../../harness/shrink/shrink-violation.ts";
import { story } from "../../harness/story.ts";
import { execute } from "../../harness/execute/execute.ts";
import { writeCsv } from "../../report/csv.ts";
import { renderJson } from "../../report/json.ts";
import { startProgress } from "../../report/progress.ts";
import type { VerifyOptions } from "../commands/verify.ts";
import { writePlan } from "../write-plan.ts";
import { describeViolation } from "../history-report.ts";
import type { HistoryRow } from "../history-report.ts";
import type { Broken, Ledger } from "./ledger.ts";

/** The history of a plan that somebody has written. */
export interface WrittenRow extends HistoryRow {
  readonly file: string;
}

/** A campaign that has ended. */
export interface Ended {
  readonly ledger: Ledger;
  readonly plans: PlanOptions;
  /** Histories of the plans that were named beside the manifests. */
  readonly written: readonly WrittenRow[];
  readonly options: VerifyOptions;
  readonly what: string;
  readonly seconds: number;
  /** By Ctrl-C. */
  readonly stopped: boolean;
  regenerate(index: number): Plan;
}

const SHRINK_BUDGET = 400;
const FINDINGS_SAVED = 20;

/** Prints what held, what broke and what the manifests do not stand; saves the plans that show it, and a CSV. */
export function reportCampaign(ended: Ended): void {
  const { ledger, options, seconds, stopped } = ended;
  const groups = ledger.groups();
  const broken = ledger.broken.map((one) => saveFailure(ended, one));
  const files = new Map(groups.slice(0, FINDINGS_SAVED).map((group) => [group, saveFinding(ended, group)]));
  const rows = renderRows(groups, ledger.histories).map((row, i) => ({
    ...row,
    file: files.get(groups[i] as FindingGroup) ?? "",
  }));
  const csv = join(options.out, "findings.csv");
  writeCsv(
    csv,
    renderRows(groups, ledger.histories).map((row) => ({ ...row, typical_ms: row.typicalMs, worst_ms: row.worstMs })),
    FINDING_COLUMNS,
  );
  const perSecond = ledger.histories / seconds;
  if (options.json === true) {
    const held = allInvariants
      .filter((one) => !ledger.broken.some(({ invariant }) => invariant === one.name))
      .map(({ name }) => name);
    process.stdout.write(
      renderJson({
        seed: options.seed,
        histories: ledger.histories,
        seconds,
        perSecond,
        stopped,
        violations: broken,
        findings: rows,
        held,
        seen: ledger.seen,
        faults: ledger.faults,
        csv,
        ...(ended.written.length > 0 && { plans: ended.written }),
      }),
    );
    return;
  }
  const out: string[] = [""];
  if (stopped) out.push("Stopped early; this is what was found so far.", "");
  out.push(...broken.flatMap(describeBroken));
  if (ended.plans.manifests !== undefined)
    out.push("Findings about the manifests", "", renderText(groups, ledger.histories));
  for (const [group, file] of [...files].slice(0, 3))
    out.push(`Replay "${group.object}": npx shakedown run ${file} --story`);
  out.push(
    "",
    ...describeHeld(ledger),
    `${ledger.histories} histories in ${seconds.toFixed(1)} s (${perSecond.toFixed(1)}/s, ${Math.round(ledger.events / Math.max(1, ledger.histories))} events each), seed ${options.seed}; findings in ${csv}`,
  );
  process.stdout.write(`${out.join("\n")}\n`);
}

interface SavedFailure extends Broken {
  readonly file: string;
  readonly shrunkSteps: number;
  readonly story: readonly string[];
}

function saveFailure({ regenerate, options, ledger }: Ended, broken: Broken): SavedFailure {
  const progress = startProgress();
  const plan = regenerate(broken.index);
  const small = shrinkViolation(plan, broken.invariant, {
    budget: SHRINK_BUDGET,
    onProgress: ({ runs, steps }) =>
      progress.update(`shrinking ${broken.invariant}: ${runs} histories, ${steps} steps`),
  });
  progress.done();
  const saved = small?.plan ?? plan;
  const file = join(options.out, "failures", `${broken.invariant}-seed-${options.seed}.yaml`);
  writePlan(file, saved);
  const lines = story(execute(saved, { trace: true }).cluster.trace);
  const about = broken.violation.object?.split(" ").at(-1) ?? "";
  const telling = lines.filter((line) => about !== "" && line.includes(about)).slice(-12);
  void ledger;
  return {
    ...broken,
    violation: small?.violation ?? broken.violation,
    file,
    shrunkSteps: saved.spec.steps.length,
    story: telling,
  };
}

function saveFinding({ regenerate, options }: Ended, group: FindingGroup): string {
  const index = Number(group.planId.split("-").at(-1));
  const name = `${group.expectation}-${group.object}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const file = join(options.out, "findings", `${name}.yaml`);
  writePlan(file, regenerate(index));
  return file;
}

function describeBroken(broken: SavedFailure): string[] {
  return [
    describeViolation(broken.violation),
    `  in ${broken.histories} histories; shrunk from ${broken.steps} to ${broken.shrunkSteps} steps`,
    ...broken.story.map((line) => `  ${line}`),
    `  Replay it: npx shakedown replay ${broken.file}`,
    "",
  ];
}

function describeHeld(ledger: Ledger): string[] {
  const always = allInvariants.filter((one) => one.expectation !== "sometimes");
  const held = always.length - ledger.violations;
  const sometimes = allInvariants.filter((one) => one.expectation === "sometimes");
  const unseen = sometimes.filter(({ name }) => !ledger.seen.has(name)).map(({ name }) => name);
  const faults = [...ledger.faults].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`);
  return [
    `Held: ${held} of ${always.length} invariants of Kubernetes in all ${ledger.histories} histories.`,
    `Faults injected: ${faults.length === 0 ? "none" : faults.join(", ")}.`,
    unseen.length === 0
      ? `Every state that a campaign should reach was reached (${sometimes.length}).`
      : `Never reached: ${unseen.join(", ")}.`,
  ];
}

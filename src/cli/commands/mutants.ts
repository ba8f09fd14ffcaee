import { join } from "node:path";
import { Command } from "commander";
import { InputError } from "../../base/input-error.ts";
import { allMutants } from "../../harness/mutants/corpus.ts";
import type { Catch } from "../../harness/mutants/hunt.ts";
import { hunt } from "../../harness/mutants/hunt.ts";
import type { Mutant } from "../../harness/mutants/mutant.ts";
import { printPlan } from "../../harness/plan/print.ts";
import { renderJson } from "../../report/json.ts";
import { startProgress } from "../../report/progress.ts";
import { writeFile } from "../../report/write-file.ts";
import { whole } from "../arguments.ts";
import { EXIT } from "../exit.ts";

interface MutantsOptions {
  readonly runs: number;
  readonly seed: number;
  readonly budget: number;
  readonly save?: string;
  readonly json?: boolean;
}

/** `shakedown mutants [run] [ID…]`: is every planted bug found? */
export function mutantsCommand(): Command {
  const list = new Command("list")
    .description("the planted bugs")
    .option("--json", "print them as JSON")
    .action((options: { readonly json?: boolean }) => {
      const rows = allMutants.map(({ id, component, invariant, bug }) => ({ id, component, invariant, bug }));
      process.stdout.write(
        options.json === true
          ? renderJson(rows)
          : rows.map((row) => `${row.id.padEnd(7)} ${row.component.padEnd(14)} ${row.bug}\n`).join(""),
      );
    });
  const run = new Command("run")
    .description(
      "hunt planted bugs: generated histories until the bug's invariant breaks, then the smallest plan that breaks it",
    )
    .argument("[id...]", "planted bugs; none: all")
    .option("--runs <n>", "most histories for each", whole(1), 500)
    .option("--seed <n>", "seed of the campaigns", whole(0), 1)
    .option("--budget <n>", "most histories to shrink each with", whole(1), 150)
    .option("--save <dir>", "write the smallest plan of each as <dir>/<ID>.yaml")
    .option("--json", "print the outcome as JSON")
    .addHelpText(
      "after",
      "\nExit codes: 0 every bug asked for was found, 1 some was not, 2 bad input.\n\nExamples:\n  shakedown mutants run DEP-08 RS-01\n  shakedown mutants run --save scenarios/regressions",
    )
    .action(huntAll);
  return new Command("mutants")
    .description("planted bugs, and whether the harness finds them")
    .addCommand(list)
    .addCommand(run, { isDefault: true });
}

function huntAll(ids: readonly string[], options: MutantsOptions): void {
  const rows = mutantsNamed(ids).map((mutant) => {
    const progress = startProgress();
    const found = hunt(mutant, {
      ...options,
      onProgress: (histories, steps) =>
        progress.update(
          `${mutant.id}: ${histories} histories${steps === undefined ? "" : `, shrinking: ${steps} steps`}`,
        ),
    });
    progress.done();
    if (options.json !== true) process.stdout.write(`${describeCatch(mutant, found, options.runs)}\n`);
    if (found !== undefined && options.save !== undefined)
      writeFile(join(options.save, `${mutant.id}.yaml`), printPlan(found.plan));
    return rowOf(mutant, found);
  });
  const missed = rows.filter((row) => !row.found).length;
  if (options.json === true) process.stdout.write(renderJson(rows));
  else process.stdout.write(`${rows.length - missed} of ${rows.length} planted bugs were found.\n`);
  process.exitCode = missed === 0 ? EXIT.held : EXIT.violated;
}

function mutantsNamed(ids: readonly string[]): readonly Mutant[] {
  for (const id of ids)
    if (!allMutants.some((mutant) => mutant.id === id))
      throw new InputError(
        `unknown planted bug "${id}"; expected some of ${allMutants.map((mutant) => mutant.id).join(", ")}`,
      );
  return ids.length === 0 ? allMutants : allMutants.filter(({ id }) => ids.includes(id));
}

function describeCatch({ id, component, invariant }: Mutant, found: Catch | undefined, runs: number): string {
  const head = `${id.padEnd(7)} ${component.padEnd(14)} ${invariant}`;
  if (found === undefined) return `${head}: NOT FOUND in ${runs} histories`;
  return `${head}: found in history ${found.histories}, shrunk from ${found.steps} to ${found.plan.spec.steps.length} steps\n        ${found.violation.object ?? ""} ${found.violation.sentence}`;
}

function rowOf(
  { id, component, invariant, bug }: Mutant,
  found: Catch | undefined,
): { readonly found: boolean } & Record<string, unknown> {
  return {
    id,
    component,
    invariant,
    bug,
    found: found !== undefined,
    ...(found !== undefined && {
      histories: found.histories,
      fromSteps: found.steps,
      steps: found.plan.spec.steps.length,
      violation: found.violation,
      digest: found.plan.spec.violation?.digest,
    }),
  };
}

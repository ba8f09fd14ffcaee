import { Command } from "commander";
import { InputError } from "../../base/input-error.ts";
import { execute } from "../../harness/execute/execute.ts";
import { shrinkViolation } from "../../harness/shrink/shrink-violation.ts";
import { renderJson } from "../../report/json.ts";
import { startProgress } from "../../report/progress.ts";
import { whole } from "../arguments.ts";
import { EXIT } from "../exit.ts";
import { describeViolation } from "../history-report.ts";
import { readPlan } from "../read.ts";
import { writePlan } from "../write-plan.ts";

interface ShrinkCommandOptions {
  readonly out?: string;
  readonly budget: number;
  readonly json?: boolean;
}

/** `shakedown shrink FILE`: a failing plan made 1-minimal. */
export function shrinkCommand(): Command {
  return new Command("shrink")
    .description("make a failing plan 1-minimal: without any one of its steps it no longer fails")
    .argument("<file>", "a plan that breaks an invariant")
    .option("--out <file>", "where to write the smaller plan; default: over the file")
    .option("--budget <n>", "most histories to run", whole(1), 2000)
    .option("--json", "print the outcome as JSON")
    .addHelpText("after", "\nExample:\n  shakedown shrink failure.yaml --out small.yaml")
    .action((file: string, options: ShrinkCommandOptions) => {
      const plan = readPlan(file);
      const invariant = plan.spec.violation?.invariant ?? execute(plan).violations[0]?.invariant;
      if (invariant === undefined) throw new InputError(`${file} breaks no invariant; expected a failing plan`);
      const progress = startProgress();
      const small = shrinkViolation(plan, invariant, {
        budget: options.budget,
        onProgress: ({ runs, steps, faults, nodes }) =>
          progress.update(`${runs} histories: ${steps} steps, ${faults} faults, ${nodes} nodes`),
      });
      progress.done();
      if (small === undefined)
        throw new InputError(`${file} does not break ${invariant} any more; expected a failing plan`);
      const out = options.out ?? file;
      writePlan(out, small.plan);
      const steps = small.plan.spec.steps.length;
      if (options.json === true)
        process.stdout.write(
          renderJson({ file: out, from: plan.spec.steps.length, steps, violation: small.violation }),
        );
      else
        process.stdout.write(
          `${describeViolation(small.violation)}\n${plan.spec.steps.length} steps became ${steps}: ${out}\nReplay it: npx shakedown replay ${out}\n`,
        );
      process.exitCode = EXIT.violated;
    });
}

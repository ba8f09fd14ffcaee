import { Command } from "commander";
import { execute } from "../../harness/execute/execute.ts";
import { story } from "../../harness/story.ts";
import { renderJson } from "../../report/json.ts";
import { EXIT } from "../exit.ts";
import { describe, held, rowOf } from "../history-report.ts";
import { readPlan } from "../read.ts";

/** `shakedown replay FILE`: a saved failure, with the same violation and digest as when it was saved. */
export function replayCommand(): Command {
  return new Command("replay")
    .description("replay a saved failure: the same violation and digest again")
    .argument("<file>", "a plan that verify or shrink has saved")
    .option("--story", "tell the history in plain words")
    .option("--json", "print the outcome as JSON")
    .addHelpText("after", "\nExample:\n  shakedown replay reports/failures/binding-is-final.yaml --story")
    .action((file: string, options: { readonly story?: boolean; readonly json?: boolean }) => {
      const plan = readPlan(file);
      const history = execute(plan, { trace: options.story === true });
      const saved = plan.spec.violation;
      const same =
        saved === undefined ||
        (history.digest === saved.digest &&
          history.violations.some((one) => one.invariant === saved.invariant && (one.object ?? "") === saved.object));
      const mended = !same && held(history) && plan.spec.mutants.length === 0;
      if (options.json === true)
        process.stdout.write(
          renderJson({ plan: plan.metadata.name, ...rowOf(history), saved: saved ?? null, same, mended }),
        );
      else {
        if (options.story === true) process.stdout.write(`${story(history.cluster.trace).join("\n")}\n\n`);
        process.stdout.write(describe(history));
        if (saved !== undefined)
          process.stdout.write(
            same
              ? `The same violation and digest as when it was saved.\n`
              : mended
                ? `Mended: ${saved.invariant} was violated by ${saved.object} when it was saved, and holds now.\n`
                : `Not as saved: expected ${saved.invariant} on ${saved.object} with digest ${saved.digest}.\n`,
          );
      }
      process.exitCode = held(history) && (same || mended) ? EXIT.held : EXIT.violated;
    });
}

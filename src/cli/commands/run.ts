import { Command } from "commander";
import { execute } from "../../harness/execute/execute.ts";
import { story, storyLine } from "../../harness/story.ts";
import { renderJson } from "../../report/json.ts";
import { writeFile } from "../../report/write-file.ts";
import { EXIT } from "../exit.ts";
import { describe, held, rowOf } from "../history-report.ts";
import { readPlan } from "../read.ts";
import type { SchedulerOptions } from "../scheduler-config.ts";
import { addSchedulerOptions, withScheduler } from "../scheduler-config.ts";

interface RunOptions extends SchedulerOptions {
  readonly story?: boolean;
  readonly trace?: string;
  readonly json?: boolean;
}

/** `shakedown run PLAN`: one history. */
export function runCommand(): Command {
  return addSchedulerOptions(
    new Command("run")
      .description("run one plan: one history, checked on the way")
      .argument("<plan>", "a plan (YAML or JSON)"),
  )
    .option("--story", "tell the history in plain words")
    .option("--trace <file>", "write every record of the trace to a file")
    .option("--json", "print the outcome as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  shakedown run scenarios/tutorial/kubernetes-basics.yaml\n  shakedown run scenarios/tutorial/walk-of-one-pod.yaml --story",
    )
    .action((file: string, options: RunOptions) => {
      const plan = withScheduler(readPlan(file), options, file);
      const history = execute(plan, { trace: options.story === true || options.trace !== undefined });
      const { trace } = history.cluster;
      if (options.trace !== undefined) writeFile(options.trace, `${trace.map(storyLine).join("\n")}\n`);
      if (options.json === true)
        process.stdout.write(
          renderJson({
            plan: plan.metadata.name,
            ...rowOf(history),
            ...(options.story === true && { story: story(trace) }),
          }),
        );
      else {
        if (options.story === true) process.stdout.write(`${story(trace).join("\n")}\n\n`);
        process.stdout.write(describe(history));
      }
      process.exitCode = held(history) ? EXIT.held : EXIT.violated;
    });
}

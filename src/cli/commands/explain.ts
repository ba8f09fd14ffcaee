import { Command } from "commander";
import { execute } from "../../harness/execute/execute.ts";
import { SchedulingView } from "../../harness/execute/scheduling-view.ts";
import { usesVolumes } from "../../harness/plan/cluster-spec-of.ts";
import { renderJson } from "../../report/json.ts";
import { describeExplanation } from "../describe-explanation.ts";
import { EXIT } from "../exit.ts";
import { readPlan } from "../read.ts";
import type { SchedulerOptions } from "../scheduler-config.ts";
import { addSchedulerOptions, withScheduler } from "../scheduler-config.ts";

interface ExplainOptions extends SchedulerOptions {
  readonly json?: boolean;
}

/** `shakedown explain PLAN POD`: why this node, or why none. */
export function explainCommand(): Command {
  return addSchedulerOptions(
    new Command("explain")
      .description(
        "say why a pod is on its node, or on none: every node and plugin, as the cluster stands at the end of the plan",
      )
      .argument("<plan>", "a plan (YAML or JSON)")
      .argument("<pod>", "NAME or NAMESPACE/NAME; a beginning of the name will do"),
  )
    .option("--json", "print the explanation as JSON")
    .addHelpText("after", "\nExample:\n  shakedown explain scenarios/tutorial/walk-of-one-pod.yaml web")
    .action((file: string, name: string, options: ExplainOptions) => {
      const plan = withScheduler(readPlan(file), options, file);
      const { cluster } = execute(plan);
      const view = new SchedulingView(cluster.world, plan.spec.cluster.schedulers, usesVolumes(plan));
      const explanation = view.explain(name);
      process.stdout.write(
        options.json === true ? renderJson(explanation) : `${describeExplanation(explanation).join("\n")}\n`,
      );
      process.exitCode = EXIT.held;
    });
}

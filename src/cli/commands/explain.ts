import { Command } from "commander";
import { execute } from "../../harness/execute/execute.ts";
import { explainPod } from "../../harness/execute/explain-pod.ts";
import { renderJson } from "../../report/json.ts";
import { EXIT } from "../exit.ts";
import { readPlan } from "../read.ts";

/** `shakedown explain PLAN POD`: why this node, or why none. */
export function explainCommand(): Command {
  return new Command("explain")
    .description(
      "say why a pod is on its node, or on none: every node and plugin, as the cluster stands at the end of the plan",
    )
    .argument("<plan>", "a plan (YAML or JSON)")
    .argument("<pod>", "NAME or NAMESPACE/NAME; a beginning of the name will do")
    .option("--json", "print the explanation as JSON")
    .addHelpText("after", "\nExample:\n  shakedown explain scenarios/tutorial/walk-of-one-pod.yaml web")
    .action((file: string, name: string, options: { readonly json?: boolean }) => {
      const { cluster } = execute(readPlan(file));
      const explanation = explainPod(cluster.world, name);
      if (options.json === true) {
        process.stdout.write(renderJson(explanation));
        process.exitCode = EXIT.held;
        return;
      }
      const lines = [`Pod ${explanation.pod}: ${explanation.why}`];
      for (const node of explanation.nodes) {
        if (node.verdict === "rejected")
          lines.push(
            `  ${node.node}  rejected by ${node.status.plugin ?? "?"} (${node.status.code}): ${(node.status.reasons ?? []).join(", ")}`,
          );
        else if (node.verdict === "not examined") lines.push(`  ${node.node}  not examined: ${node.why}`);
        else
          lines.push(
            `  ${node.node}  feasible${node.total === undefined ? "" : `, total ${node.total}`}${node.scores.map((s) => `\n      ${s.plugin}: raw ${s.raw}, normalised ${s.normalized}, weight ${s.weight}`).join("")}`,
          );
      }
      if (explanation.preemption !== undefined)
        lines.push(`  preemption: on ${explanation.preemption.node}, of ${explanation.preemption.victims.join(", ")}`);
      process.stdout.write(`${lines.join("\n")}\n`);
      process.exitCode = EXIT.held;
    });
}

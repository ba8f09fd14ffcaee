import type { ExplainedNode, ExplainedPreemption, Explanation } from "../scheduler/explain.ts";
import type { Status } from "../scheduler/framework/status.ts";

/** An explanation, for a terminal. */
export function describeExplanation(explanation: Explanation): readonly string[] {
  const { preFilter, narrowed, skipped, preemption, triedPreemption } = explanation;
  const lines = [`Pod ${explanation.pod} (schedulerName ${explanation.schedulerName}): ${explanation.why}`];
  if (preFilter !== undefined) lines.push(`  PreFilter  ${statusText(preFilter)}`);
  if (narrowed !== undefined)
    lines.push(`  PreFilter  ${narrowed.by.join(", ")} left only ${narrowed.nodes.join(", ") || "no node"}`);
  if (skipped.filter.length > 0) lines.push(`  nothing to filter for this pod: ${skipped.filter.join(", ")}`);
  if (skipped.score.length > 0) lines.push(`  nothing to score for this pod: ${skipped.score.join(", ")}`);
  for (const node of explanation.nodes) lines.push(...describeNode(node, node.node === explanation.chosen));
  if (triedPreemption !== undefined) lines.push(...describePreemption(triedPreemption));
  if (preemption !== undefined)
    lines.push(
      `  preemption: on ${preemption.node}, of ${preemption.victims.join(", ")}; ${triedPreemption?.why ?? ""}`,
    );
  return lines;
}

function describeNode(node: ExplainedNode, chosen: boolean): readonly string[] {
  const lines: string[] = [];
  const passed = node.filters.filter(({ verdict }) => verdict === "passed").map(({ plugin }) => plugin);
  const others = node.filters.filter(
    ({ plugin, verdict }) =>
      verdict !== "passed" && verdict !== "skipped" && (node.verdict !== "rejected" || plugin !== node.status.plugin),
  );
  if (node.verdict === "rejected") lines.push(`  ${node.node}  rejected by ${statusText(node.status)}`);
  else if (node.verdict === "not examined") lines.push(`  ${node.node}  not examined: ${node.why}`);
  else {
    const total = node.total === undefined ? "" : `, total ${node.total}`;
    lines.push(`  ${node.node}  feasible${total}${chosen ? "  <- chosen" : ""}`);
    for (const { plugin, raw, normalized, weight, weighted } of node.scores)
      lines.push(`      ${plugin}: raw ${raw}, normalised ${normalized}, weight ${weight}, adds ${weighted}`);
  }
  for (const { plugin, verdict, reasons } of others)
    lines.push(`      also ${plugin} (${verdict}): ${reasons.join(", ")}`);
  if (passed.length > 0) lines.push(`      passed ${passed.join(", ")}`);
  return lines;
}

function describePreemption({ candidates, rejected }: ExplainedPreemption): readonly string[] {
  return [
    ...candidates.map(
      ({ node, victims, violations }) =>
        `  preemption would help on ${node}: victims ${victims.join(", ")}${violations > 0 ? `; ${violations} against PodDisruptionBudgets` : ""}`,
    ),
    ...rejected.map(({ node, status }) => `  preemption would not help on ${node}: ${statusText(status)}`),
  ];
}

function statusText({ plugin, code, reasons }: Status): string {
  return `${plugin === "" ? "the framework" : plugin} (${code}): ${reasons.join(", ")}`;
}

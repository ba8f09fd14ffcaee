import type { Pod } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import { objectKey } from "../../../api/object.ts";
import type { Explanation } from "../../../scheduler/explain.ts";
import { isTerminal, nodeOf } from "../../survivability/pod.ts";
import type { Invariant, Violation } from "../invariant.ts";

const NAME = "scores-stay-in-range";
/** So many pods are asked about at the end of a history. */
const ASKED = 4;

/** Judged on decisions that are taken again at the end, of the first few pods that are bound. */
export const scoresStayInRange: Invariant<null> = {
  name: NAME,
  catalogue: ["37", "I39"],
  expectation: "eventually",
  statement:
    "Each plugin's normalised score is a whole number from 0 to 100, totals are the weighted sums, and the chosen node has the best.",
  source: "pkg/scheduler/framework: MinNodeScore, MaxNodeScore; selectHost",
  resources: [],
  init: () => null,
  atEnd(_memory, world, { explain }) {
    if (explain === undefined) return undefined;
    const bound: Pod[] = [];
    for (const object of world.objects("pods").values()) {
      const pod = cast<Pod>(object);
      if (nodeOf(pod) !== "" && !isTerminal(pod)) bound.push(pod);
      if (bound.length === ASKED) break;
    }
    const found: Violation[] = [];
    for (const pod of bound) {
      const sentence = problemOf(explain(objectKey(pod)));
      if (sentence !== undefined)
        found.push({ invariant: NAME, at: world.now, object: `Pod ${objectKey(pod)}`, sentence });
    }
    return found;
  },
};

function problemOf({ nodes, chosen }: Explanation): string | undefined {
  let best = Number.NEGATIVE_INFINITY;
  let won = Number.NEGATIVE_INFINITY;
  for (const node of nodes) {
    if (node.verdict !== "feasible" || node.total === undefined) continue;
    for (const { plugin, normalized } of node.scores)
      if (!Number.isInteger(normalized) || normalized < 0 || normalized > 100)
        return `${plugin} gives ${node.node} the score ${normalized}, which is no whole number from 0 to 100.`;
    const sum = node.scores.reduce((total, { weighted }) => total + weighted, 0);
    if (node.scores.length > 0 && sum !== node.total)
      return `The total of ${node.node} is ${node.total}, and the weighted scores add up to ${sum}.`;
    best = Math.max(best, node.total);
    if (node.node === chosen) won = node.total;
  }
  return won < best ? `${chosen} is chosen with a total of ${won}, though another node has ${best}.` : undefined;
}

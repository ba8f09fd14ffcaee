import type { Millis } from "../../../base/units.ts";
import { cast } from "../../../base/units.ts";
import type { Node, Pod, Taint } from "../../../api/types/core-v1.ts";
import type { Change } from "../../../cluster/world.ts";
import { tolerates } from "../../survivability/admits.ts";
import { asPod, isTerminating, nodeOf, podCondition } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import { LAG_MS } from "../recent.ts";
import { about, byControllerManager } from "../violation.ts";

interface Tainted {
  /** Since when the node has had NoExecute taints, short gaps included. */
  since: Millis;
  /** When the last one went; -1 while there is one. */
  until: Millis;
  /** All NoExecute taints of that time. */
  taints: readonly Taint[];
}

/** By node. */
type Memory = Map<string, Tainted>;

const NAME = "taint-eviction-waits";

/** Watch and timer only make an eviction later, never earlier. */
export const taintEvictionWaits: Invariant<Memory> = {
  name: NAME,
  catalogue: ["84", "I26"],
  expectation: "always",
  calmOnly: true,
  statement:
    "A pod is evicted for a NoExecute taint only if its node has one, and not before its tolerationSeconds are over.",
  source: "concepts/scheduling-eviction/taint-and-toleration: taint based evictions",
  resources: ["nodes", "pods"],
  init: () => new Map(),
  onChange(memory, change) {
    if (change.resource === "nodes") {
      followNode(memory, change);
      return undefined;
    }
    const { at, by, before, after } = change;
    if (
      before === undefined ||
      !byControllerManager(by) ||
      isTerminating(before) ||
      (after !== undefined && !isTerminating(after))
    )
      return undefined;
    const pod = asPod(before);
    const reason =
      podCondition(pod, "DisruptionTarget")?.reason ?? podCondition(asPod(after ?? before), "DisruptionTarget")?.reason;
    if (reason !== "DeletionByTaintManager") return undefined;
    const tainted = memory.get(nodeOf(pod));
    if (tainted === undefined || (tainted.until >= 0 && tainted.until + LAG_MS < at))
      return about(NAME, at, pod, `It was evicted for a NoExecute taint, but ${nodeOf(pod)} has none.`);
    const waitMs = toleratedMs(pod, tainted.taints);
    if (at >= tainted.since + waitMs) return undefined;
    return about(
      NAME,
      at,
      pod,
      `It was evicted ${(at - tainted.since) / 1000} s after its node got a NoExecute taint that it tolerates ${Number.isFinite(waitMs) ? `for ${waitMs / 1000} s` : "for ever"}.`,
    );
  },
};

function followNode(memory: Memory, { at, key, before, after }: Change): void {
  const taints = cast<Node | undefined>(after)?.spec.taints;
  if (before !== undefined && taints === cast<Node>(before).spec.taints) return;
  const present = (taints ?? []).filter((taint) => taint.effect === "NoExecute");
  const known = memory.get(key);
  if (present.length === 0) {
    if (known !== undefined && known.until < 0) known.until = at;
    return;
  }
  if (known === undefined || (known.until >= 0 && known.until + LAG_MS < at)) {
    memory.set(key, { since: at, until: -1, taints: present });
    return;
  }
  known.until = -1;
  known.taints = [
    ...known.taints,
    ...present.filter((taint) => !known.taints.some((old) => old.key === taint.key && old.value === taint.value)),
  ];
}

/** The least tolerationSeconds among the tolerations in use; 0 when some taint is not tolerated. */
function toleratedMs(pod: Pod, taints: readonly Taint[]): Millis {
  let least = Number.POSITIVE_INFINITY;
  for (const taint of taints) {
    const used = (pod.spec.tolerations ?? []).filter((toleration) => tolerates(toleration, taint));
    if (used.length === 0) return 0;
    for (const { tolerationSeconds } of used)
      least = Math.min(least, Math.max(0, tolerationSeconds ?? Number.POSITIVE_INFINITY) * 1000);
  }
  return least;
}

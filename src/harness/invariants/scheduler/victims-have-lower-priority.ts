import type { Millis } from "../../../base/units.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import type { Change } from "../../../cluster/world.ts";
import { asPod, isTerminating, nodeOf } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import { LAG_MS } from "../recent.ts";
import { about } from "../violation.ts";

interface Memory {
  /** Pods without a node, which may preempt. */
  readonly pending: Map<string, Pod>;
  /** Pods that stopped waiting not long ago, and when. */
  readonly left: { readonly pod: Pod; readonly at: Millis }[];
}

const NAME = "victims-have-lower-priority";

/** Preemption serves a pod of higher priority that may preempt. */
export const victimsHaveLowerPriority: Invariant<Memory> = {
  name: NAME,
  catalogue: ["40"],
  expectation: "always",
  calmOnly: true,
  statement:
    "The scheduler evicts a pod only for a waiting pod of strictly higher priority whose preemptionPolicy is not Never.",
  source: "concepts/scheduling-eviction/pod-priority-preemption",
  resources: ["pods"],
  init: () => ({ pending: new Map(), left: [] }),
  onChange(memory, change) {
    follow(memory, change);
    const { at, by, before, after } = change;
    if (before === undefined || !by.startsWith("kube-scheduler") || isTerminating(before)) return undefined;
    if (after !== undefined && !isTerminating(after)) return undefined;
    const victim = asPod(before);
    const priority = victim.spec.priority ?? 0;
    for (const pod of memory.pending.values()) if (mayPreempt(pod, priority)) return undefined;
    for (const { pod } of memory.left) if (mayPreempt(pod, priority)) return undefined;
    return about(
      NAME,
      at,
      victim,
      `kube-scheduler preempted it, but no waiting pod has a priority above ${priority} and may preempt.`,
    );
  },
};

function mayPreempt(pod: Pod, priority: number): boolean {
  return (pod.spec.priority ?? 0) > priority && pod.spec.preemptionPolicy !== "Never";
}

function follow(memory: Memory, { at, before, after }: Change): void {
  const object = asPod(after ?? before);
  if (object === undefined) return;
  const uid = object.metadata.uid;
  const now = asPod(after);
  if (now !== undefined && nodeOf(now) === "" && !isTerminating(now)) {
    memory.pending.set(uid, now);
    return;
  }
  if (!memory.pending.delete(uid)) return;
  while (memory.left[0] !== undefined && memory.left[0].at + LAG_MS < at) memory.left.shift();
  memory.left.push({ pod: object, at });
}

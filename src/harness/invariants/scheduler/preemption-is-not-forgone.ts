import type { Node, Pod } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import type { World } from "../../../cluster/world.ts";
import { placementOf, refusal } from "../../survivability/placement.ts";
import { asPod, isTerminating, nodeOf, usesClaims } from "../../survivability/pod.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { about } from "../violation.ts";
import { schedulersOf } from "./schedulers.ts";

const NAME = "preemption-is-not-forgone";

/** Pods with affinity to others, which might be victims, and with spread constraints are left out. */
export const preemptionIsNotForgone: Invariant<null> = {
  name: NAME,
  catalogue: ["40", "43", "I2", "I5"],
  expectation: "eventually",
  statement: "No pod that may preempt waits while a node would take it if the pods of lower priority there went.",
  source: "concepts/scheduling-eviction/pod-priority-preemption",
  resources: [],
  init: () => null,
  atEnd(_memory, world, { explain }) {
    const found: Violation[] = [];
    for (const object of world.objects("pods").values()) {
      const pod = asPod(object);
      if (!mayPreempt(pod, world)) continue;
      const node = helpfulNode(pod, world);
      if (node === undefined || explain?.(`${pod.metadata.namespace}/${pod.metadata.name}`).chosen !== undefined)
        continue;
      found.push(
        about(NAME, world.now, pod, `It waits, though it would fit on ${node} without pods of lower priority.`),
      );
    }
    return found;
  },
};

function mayPreempt(pod: Pod, world: World): boolean {
  const { spec, metadata } = pod;
  if (nodeOf(pod) !== "" || isTerminating(pod) || usesClaims(pod)) return false;
  if ((spec.priority ?? 0) <= 0 || spec.preemptionPolicy === "Never" || (spec.schedulingGates ?? []).length > 0)
    return false;
  if (spec.affinity?.podAffinity !== undefined || (spec.topologySpreadConstraints ?? []).length > 0) return false;
  const served = schedulersOf(world).some(({ state }) => state.serves.includes(spec.schedulerName ?? ""));
  return served && metadata.namespace !== undefined;
}

function helpfulNode(pod: Pod, world: World): string | undefined {
  const nodes = [...world.objects("nodes").values()].map((node) => cast<Node>(node));
  const placement = placementOf(world);
  const priority = pod.spec.priority ?? 0;
  for (const node of nodes) {
    const { name } = node.metadata;
    const important = (placement.get(name) ?? []).filter((other) => (other.spec.priority ?? 0) >= priority);
    if (important.length === (placement.get(name) ?? []).length) continue;
    if (refusal(pod, node, new Map([...placement, [name, important]]), nodes) === undefined) return name;
  }
  return undefined;
}

import type { Node, Pod } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import type { SchedulerState } from "../../../scheduler/loop/state.ts";
import type { Change, World } from "../../../cluster/world.ts";
import { refusal } from "../../survivability/placement.ts";
import { asPod, isTerminating, nodeOf, usesClaims } from "../../survivability/pod.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { about } from "../violation.ts";
import type { Neighbourhood } from "./neighbourhood.ts";
import { emptyNeighbourhood, followNeighbours, isStill, knownPlacement, nodesOf } from "./neighbourhood.ts";
import { isScheduler } from "./schedulers.ts";

interface Memory {
  readonly neighbours: Neighbourhood;
  /** Victims so far, by the UID of the pod that they make room for. */
  readonly victims: Map<string, Map<string, Pod>>;
}

const NAME = "victims-are-needed";

/** Judged when a victim goes, for all victims of the same pod so far; pods with spread constraints are left out. */
export const victimsAreNeeded: Invariant<Memory> = {
  name: NAME,
  catalogue: ["40", "I5"],
  expectation: "always",
  calmOnly: true,
  statement: "With any one of its victims left on the node, the pod that preempts would not fit there.",
  source: "pkg/scheduler/framework/plugins/defaultpreemption: SelectVictimsOnNode reprieves as many pods as possible",
  resources: ["pods", "nodes"],
  init: () => ({ neighbours: emptyNeighbourhood(), victims: new Map() }),
  onChange(memory, change, world) {
    const still = isStill(memory.neighbours, change);
    const found = preempts(change) ? judge(memory, change, world, still) : undefined;
    // A victim's going is the scheduler's own doing.
    if (!preempts(change)) followNeighbours(memory.neighbours, change);
    return found;
  },
};

function preempts({ resource, by, before, after }: Change): boolean {
  return (
    resource === "pods" &&
    isScheduler(by) &&
    before !== undefined &&
    !isTerminating(before) &&
    (after === undefined || isTerminating(after))
  );
}

function judge(memory: Memory, change: Change, world: World, still: boolean): Violation | undefined {
  const victim = asPod(change.before);
  const name = nodeOf(victim);
  const node = cast<Node | undefined>(world.objects("nodes").get(name));
  const preemptor = preemptorOf(change, name, world);
  if (victim === undefined || node === undefined || preemptor === undefined) return undefined;
  const { uid } = preemptor.metadata;
  const victims = memory.victims.get(uid) ?? new Map<string, Pod>();
  memory.victims.set(uid, victims);
  for (const [other, pod] of victims) if (nodeOf(pod) !== name) victims.delete(other);
  victims.set(victim.metadata.uid, victim);
  const spread = (preemptor.spec.topologySpreadConstraints ?? []).length > 0;
  if (!still || spread || usesClaims(preemptor)) return undefined;
  const placement = knownPlacement(memory.neighbours, preemptor, change);
  const others = (placement.get(name) ?? []).filter((pod) => !victims.has(pod.metadata.uid));
  for (const spared of victims.values()) {
    const left = new Map([...placement, [name, [...others, spared]]]);
    if (refusal(preemptor, node, left, nodesOf(world)) === undefined)
      return about(
        NAME,
        change.at,
        spared,
        `${change.by} preempted it for ${preemptor.metadata.name}, which would have fitted on ${name} beside it.`,
      );
  }
  return undefined;
}

/** The only pod of a higher priority that the scheduler has nominated to the node; undefined when it is not plain which it is. */
function preemptorOf({ by, before }: Change, node: string, world: World): Pod | undefined {
  const priority = asPod(before)?.spec.priority ?? 0;
  const nominated = cast<SchedulerState | undefined>(world.memory(by))?.nominator.byNode.get(node) ?? [];
  const [first, ...others] = nominated.filter((pod) => (pod.spec.priority ?? 0) > priority);
  return others.length === 0 ? first : undefined;
}

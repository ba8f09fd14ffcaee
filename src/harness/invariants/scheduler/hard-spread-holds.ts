import type { Node, Pod } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import type { Change, World } from "../../../cluster/world.ts";
import { asPod, usesClaims } from "../../survivability/pod.ts";
import { sameDomain, skewWith } from "../../survivability/placement.ts";
import type { SchedulerState } from "../../../scheduler/loop/state.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { about } from "../violation.ts";
import type { Neighbourhood } from "./neighbourhood.ts";
import { emptyNeighbourhood, followNeighbours, isStill, knownPlacement, nodesOf } from "./neighbourhood.ts";
import { boundByScheduler } from "./node-states.ts";

const NAME = "hard-spread-holds";

/** PodTopologySpread, judged from outside when nothing else has moved lately; later the skew may grow. */
export const hardSpreadHolds: Invariant<Neighbourhood> = {
  name: NAME,
  catalogue: ["37", "39", "I3"],
  expectation: "always",
  calmOnly: true,
  statement: "With the pod that the scheduler binds, the skew of its DoNotSchedule constraints is at most maxSkew.",
  source: "concepts/scheduling-eviction/topology-spread-constraints",
  resources: ["pods", "nodes"],
  init: emptyNeighbourhood,
  onChange(memory, change, world) {
    const name = change.resource === "pods" ? boundByScheduler(change) : undefined;
    const found = name === undefined ? undefined : judge(memory, change, name, world);
    followNeighbours(memory, change);
    return found;
  },
};

function judge(memory: Neighbourhood, change: Change, name: string, world: World): Violation | undefined {
  const node = cast<Node | undefined>(world.objects("nodes").get(name));
  const pod = asPod(change.after);
  const hard = pod?.spec.topologySpreadConstraints?.filter((one) => one.whenUnsatisfiable === "DoNotSchedule") ?? [];
  if (node === undefined || pod === undefined || hard.length === 0 || usesClaims(pod)) return undefined;
  if (!isStill(memory, change)) return undefined;
  const committed = knownPlacement(memory, pod, change);
  for (const constraint of hard) {
    const placement = withThoseOnTheirWay(committed, constraint.topologyKey, node, change, world);
    const skew = skewWith(pod, constraint, node, placement, nodesOf(world));
    if (skew > constraint.maxSkew)
      return about(
        NAME,
        change.at,
        pod,
        `${change.by} bound it to ${name}, which makes the skew over ${constraint.topologyKey} ${skew} of at most ${constraint.maxSkew}.`,
      );
  }
  return undefined;
}

/** Bindings that were decided before may be committed later: pods of other domains that are assumed count as well. */
function withThoseOnTheirWay(
  committed: ReadonlyMap<string, readonly Pod[]>,
  topologyKey: string,
  node: Node,
  { by, after }: Change,
  world: World,
): ReadonlyMap<string, readonly Pod[]> {
  const binding = cast<SchedulerState | undefined>(world.memory(by))?.binding.values() ?? [];
  const placement = new Map(committed);
  for (const { assumed, node: name } of binding) {
    const place = cast<Node | undefined>(world.objects("nodes").get(name));
    if (place === undefined || assumed.metadata.uid === after?.metadata.uid) continue;
    if (sameDomain(topologyKey, node, place)) continue;
    const there = (placement.get(name) ?? []).filter(({ metadata }) => metadata.uid !== assumed.metadata.uid);
    placement.set(name, [...there, assumed]);
  }
  return placement;
}

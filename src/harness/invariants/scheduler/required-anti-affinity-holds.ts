import type { Node, Pod, PodAffinityTerm } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import type { Change, World } from "../../../cluster/world.ts";
import { asPod, usesClaims } from "../../survivability/pod.ts";
import { means, sameDomain } from "../../survivability/placement.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { about } from "../violation.ts";
import type { Neighbourhood } from "./neighbourhood.ts";
import { emptyNeighbourhood, followNeighbours, isSettled, knownPlacement } from "./neighbourhood.ts";
import { boundByScheduler } from "./node-states.ts";

const NAME = "required-anti-affinity-holds";

/** InterPodAffinity, judged from outside; terms with a namespaceSelector are left out. */
export const requiredAntiAffinityHolds: Invariant<Neighbourhood> = {
  name: NAME,
  catalogue: ["37", "38", "I3"],
  expectation: "always",
  calmOnly: true,
  statement:
    "The scheduler binds no pod into a domain where a pod is that its required anti-affinity means, or whose required anti-affinity means it.",
  source: "concepts/scheduling-eviction/assign-pod-node: inter-pod affinity and anti-affinity",
  resources: ["pods", "nodes"],
  init: emptyNeighbourhood,
  onChange(memory, change, world) {
    followNeighbours(memory, change);
    const name = change.resource === "pods" ? boundByScheduler(change) : undefined;
    return name === undefined ? undefined : judge(memory, change, name, world);
  },
};

function judge(memory: Neighbourhood, change: Change, name: string, world: World): Violation | undefined {
  const nodes = world.objects("nodes");
  const node = cast<Node | undefined>(nodes.get(name));
  const pod = asPod(change.after);
  if (node === undefined || pod === undefined || usesClaims(pod) || !isSettled(memory, pod, change.at))
    return undefined;
  const own = termsOf(pod);
  for (const [other, neighbours] of knownPlacement(memory, pod, change)) {
    const place = cast<Node | undefined>(nodes.get(other));
    if (place === undefined) continue;
    for (const neighbour of neighbours) {
      const terms = termsOf(neighbour);
      if (own.length + terms.length === 0 || !isSettled(memory, neighbour, change.at)) continue;
      const met =
        own.some((term) => sameDomain(term.topologyKey, node, place) && means(pod, term, neighbour)) ||
        terms.some((term) => sameDomain(term.topologyKey, node, place) && means(neighbour, term, pod));
      if (met)
        return about(
          NAME,
          change.at,
          pod,
          `${change.by} bound it to ${name}, although required anti-affinity keeps it and ${neighbour.metadata.name} on ${other} apart.`,
        );
    }
  }
  return undefined;
}

function termsOf(pod: Pod): readonly PodAffinityTerm[] {
  const terms = pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.filter(({ namespaceSelector }) => namespaceSelector === undefined);
}

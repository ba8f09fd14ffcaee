import type { Labels } from "../../../api/label-selector.ts";
import type { Node, Pod } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import { podUid } from "../../cache/pod-info.ts";
import type { HintInput } from "../../queue/event-registration.ts";
import { sameData } from "../same.ts";
import type { Constraint } from "./constraints.ts";
import { constraintsFor, hasAllKeys, spreadSelectorMatches } from "./constraints.ts";

/** A pod that counts for one of the constraints came, went, or changed what it counts for. */
export function podChangeHelps({ pod, before, after, args, objects }: HintInput): boolean {
  const was = cast<Pod | undefined>(before);
  const is = cast<Pod | undefined>(after);
  if ((is !== undefined && !isInvolved(is, pod)) || (was !== undefined && !isInvolved(was, pod))) return false;
  const constraints = constraintsFor(pod, "DoNotSchedule", args, objects);
  const matchesAny = (labels: Labels): boolean =>
    constraints.some(({ selector }) => spreadSelectorMatches(selector, labels));
  if (is === undefined || was === undefined) return matchesAny((is ?? was)?.metadata.labels);
  const newTolerations = podUid(is) === podUid(pod) && !sameData(is.spec.tolerations, was.spec.tolerations);
  if (newTolerations && constraints.some(({ honorTaints }) => honorTaints)) return true;
  return constraints.some(
    ({ selector }) =>
      spreadSelectorMatches(selector, was.metadata.labels) !== spreadSelectorMatches(selector, is.metadata.labels),
  );
}

/** A node with all topology keys came, went, or changed its domain or taints. */
export function nodeChangeHelps({ pod, before, after, args, objects }: HintInput): boolean {
  const was = cast<Node | undefined>(before);
  const is = cast<Node | undefined>(after);
  const constraints = constraintsFor(pod, "DoNotSchedule", args, objects);
  const had = was !== undefined && hasAllKeys(was, constraints);
  const has = is !== undefined && hasAllKeys(is, constraints);
  if (was === undefined || is === undefined) return had || has;
  if (had !== has) return true;
  return has && (movedDomain(was, is, constraints) || !sameData(was.spec?.taints, is.spec?.taints));
}

function movedDomain(was: Node, is: Node, constraints: readonly Constraint[]): boolean {
  return constraints.some(
    ({ topologyKey }) => was.metadata.labels?.[topologyKey] !== is.metadata.labels?.[topologyKey],
  );
}

function isInvolved(other: Pod, pod: Pod): boolean {
  if (podUid(other) === podUid(pod)) return true;
  if ((other.spec.nodeName ?? "") === "" && (other.status?.nominatedNodeName ?? "") === "") return false;
  return other.metadata.namespace === pod.metadata.namespace;
}

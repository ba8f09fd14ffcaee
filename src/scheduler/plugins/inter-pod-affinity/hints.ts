import type { Node, Pod } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import { podUid, specInfo } from "../../cache/pod-info.ts";
import type { HintInput } from "../../queue/event-registration.ts";
import { matchesAllTerms, termsOf } from "./terms.ts";

/** A placed pod began to match all affinity terms, or no longer stands against this pod or this pod against it. */
export function podChangeHelps({ pod, before, after }: HintInput): boolean {
  const was = cast<Pod | undefined>(before);
  const is = cast<Pod | undefined>(after);
  if (was !== undefined && is !== undefined && podUid(is) === podUid(pod)) return true;
  if ((is !== undefined && !isPlaced(is)) || (was !== undefined && !isPlaced(was))) return false;
  const spec = specInfo(pod);
  const affinity = termsOf(spec.requiredAffinity, pod.metadata.namespace);
  const anti = termsOf(spec.requiredAntiAffinity, pod.metadata.namespace);
  if (is !== undefined && was !== undefined) {
    if (!matchesAllTerms(affinity, was) && matchesAllTerms(affinity, is)) return true;
    return matchesAllTerms(anti, was) && !matchesAllTerms(anti, is);
  }
  if (is !== undefined) return matchesAllTerms(affinity, is);
  if (was === undefined) return false;
  if (matchesAllTerms(anti, was)) return true;
  return matchesAllTerms(termsOf(specInfo(was).requiredAntiAffinity, was.metadata.namespace), pod);
}

/** A node entered a domain that affinity asks for, or left one that anti-affinity shuns. */
export function nodeChangeHelps({ pod, before, after }: HintInput): boolean {
  const was = cast<Node | undefined>(before);
  const is = cast<Node>(after);
  const spec = specInfo(pod);
  for (const { topologyKey } of spec.requiredAffinity) {
    const now = is.metadata.labels?.[topologyKey];
    if (now !== undefined && (was === undefined || was.metadata.labels?.[topologyKey] !== now)) return true;
  }
  for (const { topologyKey } of spec.requiredAntiAffinity) {
    if (was === undefined) return true;
    const old = was.metadata.labels?.[topologyKey];
    if (old !== undefined && is.metadata.labels?.[topologyKey] !== old) return true;
  }
  return false;
}

function isPlaced(pod: Pod): boolean {
  return (pod.spec.nodeName ?? "") !== "" || (pod.status?.nominatedNodeName ?? "") !== "";
}

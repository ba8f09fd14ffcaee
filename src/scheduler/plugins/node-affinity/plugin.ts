import type { Node, NodeSelectorTerm } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import { normalizeToMax } from "../../framework/normalize.ts";
import type { Plugin } from "../../framework/plugin.ts";
import { skip, status } from "../../framework/status.ts";
import { ACTION } from "../../queue/event-registration.ts";
import {
  nodeSelectorMatches,
  preferredTermErrors,
  preferredWeight,
  requiredAffinityMatches,
} from "../../../api/node-selector.ts";

const NAME = "NodeAffinity";
const ENFORCED = status(NAME, "UnschedulableAndUnresolvable", "node(s) didn't match scheduler-enforced node affinity");
const MISMATCH = status(NAME, "UnschedulableAndUnresolvable", "node(s) didn't match Pod's node affinity/selector");
const CONFLICT = status(NAME, "UnschedulableAndUnresolvable", "pod affinity terms conflict");

/** Keeps a pod to the nodes that its nodeSelector and required node affinity match, and prefers those of its preferred terms. */
export const NodeAffinity: Plugin = {
  name: NAME,
  local: true,
  podless: true,
  scaling: "max",
  events: (args) => [
    {
      resource: "Node",
      actions: ACTION.Add | ACTION.UpdateNodeLabel,
      hint({ pod, before, after }) {
        const added = args.NodeAffinity.addedAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
        const is = cast<Node>(after);
        if (added !== undefined && !nodeSelectorMatches(added, is)) return false;
        if (!requiredAffinityMatches(pod.spec, is)) return false;
        return before === undefined || !requiredAffinityMatches(pod.spec, cast<Node>(before));
      },
    },
  ],
  preFilter({ pod, profile }) {
    const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    const added = profile.args.NodeAffinity.addedAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (required === undefined && added === undefined && pod.spec.nodeSelector === undefined) return { status: skip };
    const names = namedNodes(required?.nodeSelectorTerms ?? []);
    if (names === undefined) return undefined;
    return names.size === 0 ? { status: CONFLICT } : { nodeNames: names };
  },
  filter({ pod, profile }, { node }) {
    if (node === undefined) return MISMATCH;
    const added = profile.args.NodeAffinity.addedAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (added !== undefined && !nodeSelectorMatches(added, node)) return ENFORCED;
    return requiredAffinityMatches(pod.spec, node) ? undefined : MISMATCH;
  },
  preScore({ pod, profile }) {
    const affinity = pod.spec.affinity?.nodeAffinity;
    const own = affinity?.preferredDuringSchedulingIgnoredDuringExecution;
    const added = profile.args.NodeAffinity.addedAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (own === undefined) return added.length === 0 ? skip : undefined;
    const errors = preferredTermErrors(affinity);
    return errors === undefined ? undefined : status(NAME, "Error", errors);
  },
  score({ pod, profile }, { node }) {
    if (node === undefined) return 0;
    const own = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const added = profile.args.NodeAffinity.addedAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    return preferredWeight(added, node) + preferredWeight(own, node);
  },
  normalize: (_cycle, _nodes, scores) => normalizeToMax(scores, false),
};

/** Node names to which the terms confine the pod by metadata.name; undefined when some term does not. */
function namedNodes(terms: readonly NodeSelectorTerm[]): Set<string> | undefined {
  if (terms.length === 0) return undefined;
  const all = new Set<string>();
  for (const term of terms) {
    let own: readonly string[] | undefined;
    for (const { key, operator, values = [] } of term.matchFields ?? []) {
      if (key !== "metadata.name" || operator !== "In") continue;
      own = own === undefined ? values : own.filter((name) => values.includes(name));
    }
    if (own === undefined) return undefined;
    for (const name of own) all.add(name);
  }
  return all;
}

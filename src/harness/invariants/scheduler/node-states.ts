import { cast } from "../../../base/units.ts";
import type { Node, Pod } from "../../../api/types/core-v1.ts";
import type { Change } from "../../../cluster/world.ts";
import { asPod, nodeOf, usesClaims } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import type { Past } from "../recent.ts";
import { heldRecently, leave } from "../recent.ts";
import { about } from "../violation.ts";

interface NodeHistory {
  now: Node | undefined;
  readonly past: Past<Node>;
}

/** Every node that is or was not long ago. */
export type NodeStates = Map<string, NodeHistory>;

/** Follows one change of a node. Heartbeats, which keep spec, labels and allocatable, are no new state. */
export function followNode(states: NodeStates, { at, key, after }: Change): void {
  const node = cast<Node | undefined>(after);
  const known = states.get(key);
  if (known === undefined) {
    states.set(key, { now: node, past: [] });
    return;
  }
  const old = known.now;
  if (old !== undefined && !(node !== undefined && looksTheSame(old, node))) leave(known.past, old, at);
  known.now = node;
}

/** The node to which kube-scheduler binds the pod with this change; undefined when it is no such binding. */
export function boundByScheduler({ by, before, after }: Change): string | undefined {
  if (after === undefined || !by.startsWith("kube-scheduler")) return undefined;
  const node = nodeOf(asPod(after));
  return node !== "" && nodeOf(asPod(before)) === "" ? node : undefined;
}

/**
 * An invariant of the form "the scheduler binds a pod only to a node that admits it". The decision may rest on any state
 * that the node had in the last seconds; pods with claims wait for their volumes for longer and are left out.
 */
export function nodeAdmits(
  face: Pick<Invariant, "name" | "statement" | "source">,
  refusal: (pod: Pod, node: Node) => string | undefined,
): Invariant<NodeStates> {
  return {
    ...face,
    catalogue: ["37"],
    expectation: "always",
    calmOnly: true,
    resources: ["pods", "nodes"],
    init: () => new Map(),
    onChange(states, change) {
      if (change.resource === "nodes") {
        followNode(states, change);
        return undefined;
      }
      const name = boundByScheduler(change);
      const node = name === undefined ? undefined : states.get(name);
      if (node === undefined || change.after === undefined) return undefined;
      const pod = asPod(change.after);
      if (heldRecently(node.past, node.now, change.at, (state) => refusal(pod, state) === undefined)) return undefined;
      if (node.now === undefined || usesClaims(pod)) return undefined;
      return about(
        face.name,
        change.at,
        pod,
        `kube-scheduler bound it to ${name}, although ${refusal(pod, node.now)}.`,
      );
    },
  };
}

function looksTheSame(a: Node, b: Node): boolean {
  return (
    a.spec === b.spec && a.metadata.labels === b.metadata.labels && a.status?.allocatable === b.status?.allocatable
  );
}

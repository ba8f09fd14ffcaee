import type { Pod } from "../../api/types/core-v1.ts";
import { podUid } from "../cache/pod-info.ts";

/** Pending pods by the node that preemption promised them. Plain data. */
export interface Nominator {
  readonly byNode: Map<string, Pod[]>;
  /** Node by pod UID. */
  readonly nodeOf: Map<string, string>;
}

/** Nobody is nominated. */
export function emptyNominator(): Nominator {
  return { byNode: new Map(), nodeOf: new Map() };
}

/** Nominates a pod to `node` (status.nominatedNodeName when not given); an earlier nomination of the pod goes. */
export function nominate(nominator: Nominator, pod: Pod, node: string = pod.status?.nominatedNodeName ?? ""): void {
  withdraw(nominator, podUid(pod));
  if (node === "") return;
  nominator.nodeOf.set(podUid(pod), node);
  const pods = nominator.byNode.get(node);
  if (pods === undefined) nominator.byNode.set(node, [pod]);
  else pods.push(pod);
}

/** Ends the nomination of a pod. */
export function withdraw(nominator: Nominator, uid: string): void {
  const node = nominator.nodeOf.get(uid);
  if (node === undefined) return;
  nominator.nodeOf.delete(uid);
  const pods = nominator.byNode.get(node) ?? [];
  const rest = pods.filter((pod) => podUid(pod) !== uid);
  if (rest.length === 0) nominator.byNode.delete(node);
  else nominator.byNode.set(node, rest);
}

/** A pod changed: the nomination follows it, also one that only the scheduler knows yet. */
export function renominate(nominator: Nominator, before: Pod | undefined, after: Pod): void {
  const told = before?.status?.nominatedNodeName ?? "";
  const tells = after.status?.nominatedNodeName ?? "";
  const kept = told === "" && tells === "" ? nominator.nodeOf.get(podUid(after)) : undefined;
  nominate(nominator, after, kept ?? tells);
}

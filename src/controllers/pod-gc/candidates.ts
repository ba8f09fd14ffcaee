import { compareText } from "../../base/order.ts";
import { cast } from "../../base/units.ts";
import { objectKey } from "../../api/object.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import type { Listers } from "../../client/informer.ts";

/** --terminated-pod-gc-threshold. */
export const TERMINATED_PODS_MAX = 12_500;

/** What one round found. */
export interface Candidates {
  /** To be removed now, without further question. */
  readonly now: readonly Pod[];
  /** Pods by the name of a node that is not in the informer. */
  readonly homeless: ReadonlyMap<string, readonly Pod[]>;
}

/** Not ready and tainted out-of-service by an administrator. */
export function isOutOfService(node: Node): boolean {
  if (!node.spec?.taints?.some(({ key }) => key === "node.kubernetes.io/out-of-service")) return false;
  return !node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
}

/** Looks at all pods, in the order of their keys. */
export function findCandidates(listers: Listers): Candidates {
  const nodes = listers.of("nodes");
  const now: Pod[] = [];
  const terminated: Pod[] = [];
  const homeless = new Map<string, Pod[]>();
  for (const object of listers.of("pods").list()) {
    const pod = cast<Pod>(object);
    const phase = pod.status?.phase;
    if (phase !== "Pending" && phase !== "Running" && phase !== "Unknown") terminated.push(pod);
    const terminating = pod.metadata.deletionTimestamp !== undefined;
    const name = pod.spec.nodeName ?? "";
    if (name === "") {
      if (terminating) now.push(pod);
      continue;
    }
    const node = cast<Node | undefined>(nodes.get(name));
    if (node === undefined) homeless.set(name, [...(homeless.get(name) ?? []), pod]);
    else if (terminating && isOutOfService(node)) now.push(pod);
  }
  if (terminated.length > TERMINATED_PODS_MAX) {
    terminated.sort(evictedThenOldest);
    now.push(...terminated.slice(0, terminated.length - TERMINATED_PODS_MAX));
  }
  now.sort((a, b) => compareText(objectKey(a), objectKey(b)));
  return { now: now.filter((pod, i) => pod !== now[i - 1]), homeless };
}

function evictedThenOldest(a: Pod, b: Pod): number {
  const evictedA = a.status?.phase === "Failed" && a.status.reason === "Evicted";
  const evictedB = b.status?.phase === "Failed" && b.status.reason === "Evicted";
  if (evictedA !== evictedB) return evictedA ? -1 : 1;
  return (
    compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) || compareText(objectKey(a), objectKey(b))
  );
}

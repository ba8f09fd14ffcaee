import { cast } from "../../base/units.ts";
import { controllerOf, keyOf } from "../../api/object.ts";
import type { Deployment, ReplicaSet, StatefulSet } from "../../api/types/apps-v1.ts";
import type { Pod, ReplicationController } from "../../api/types/core-v1.ts";
import type { PodDisruptionBudget } from "../../api/types/policy-v1.ts";
import type { OwnerReference } from "../../api/types/meta-v1.ts";
import type { Listers } from "../../client/informer.ts";
import { scaledValue } from "../int-or-percent.ts";

/** How many pods there should be and how many of them must stay healthy; or why that cannot be told. */
export type Expectation =
  | { readonly expected: number; readonly desired: number; readonly unmanaged: readonly string[] }
  | { readonly error: string };

/** The numbers of a budget: maxUnavailable and percentages count what the pods' controllers want. */
export function expectationOf(budget: PodDisruptionBudget, pods: readonly Pod[], listers: Listers): Expectation {
  const { maxUnavailable, minAvailable } = budget.spec ?? {};
  if (maxUnavailable === undefined && typeof minAvailable === "number")
    return { expected: pods.length, desired: minAvailable, unmanaged: [] };
  if (maxUnavailable === undefined && minAvailable === undefined) return { expected: 0, desired: 0, unmanaged: [] };
  const scale = expectedScale(pods, listers);
  if ("error" in scale) return scale;
  const { expected, unmanaged } = scale;
  const desired =
    maxUnavailable !== undefined
      ? Math.max(0, expected - scaledValue(maxUnavailable, expected, true))
      : scaledValue(minAvailable, expected, true);
  return { expected, desired, unmanaged };
}

function expectedScale(
  pods: readonly Pod[],
  listers: Listers,
): { readonly expected: number; readonly unmanaged: readonly string[] } | { readonly error: string } {
  const scales = new Map<string, number>();
  const seen = new Set<string>();
  const unmanaged: string[] = [];
  for (const pod of pods) {
    const reference = controllerOf(pod);
    if (reference === undefined) {
      unmanaged.push(pod.metadata.name);
      continue;
    }
    if (seen.has(reference.uid)) continue;
    const found = scaleOf(reference, pod.metadata.namespace ?? "", listers);
    if (found === undefined) return { error: `found no controllers for pod "${pod.metadata.name}"` };
    seen.add(reference.uid);
    scales.set(found.uid, found.replicas);
  }
  let expected = 0;
  for (const replicas of scales.values()) expected += replicas;
  return { expected, unmanaged };
}

interface Scale {
  readonly uid: string;
  readonly replicas: number;
}

const SCALABLE: { readonly [kind: string]: string } = {
  ReplicationController: "replicationcontrollers",
  StatefulSet: "statefulsets.apps",
};

/** The controller's wanted number of pods; a ReplicaSet's Deployment speaks for it. */
function scaleOf({ kind, name, uid }: OwnerReference, namespace: string, listers: Listers): Scale | undefined {
  const key = keyOf(namespace, name);
  if (kind === "ReplicaSet") {
    const replicaSet = cast<ReplicaSet | undefined>(listers.of("replicasets.apps").get(key));
    if (replicaSet?.metadata.uid !== uid) return undefined;
    const owner = controllerOf(replicaSet);
    if (owner?.kind !== "Deployment") return { uid, replicas: replicaSet.spec.replicas ?? 1 };
    const deployment = cast<Deployment | undefined>(listers.of("deployments.apps").get(keyOf(namespace, owner.name)));
    if (deployment?.metadata.uid !== owner.uid) return undefined;
    return { uid: owner.uid, replicas: deployment.spec.replicas ?? 1 };
  }
  const resource = SCALABLE[kind];
  if (resource === undefined) return undefined;
  const owner = cast<StatefulSet | ReplicationController | undefined>(listers.of(resource).get(key));
  return owner?.metadata.uid === uid ? { uid, replicas: owner.spec?.replicas ?? 1 } : undefined;
}

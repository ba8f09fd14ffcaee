import type { Container, Pod, PodSpec } from "../../api/types/core-v1.ts";

const keys = new WeakMap<PodSpec, string>();

/** A text that is equal for pods which local plugins cannot tell apart; undefined: this pod is to be judged by itself. */
export function shapeKey(pod: Pod): string | undefined {
  const { spec, status } = pod;
  if (status?.resources !== undefined || status?.containerStatuses !== undefined) return undefined;
  if (spec.nodeName !== undefined && spec.nodeName !== "") return undefined;
  let key = keys.get(spec);
  if (key === undefined) {
    key = JSON.stringify([
      spec.containers.map(relevant),
      spec.initContainers?.map(relevant),
      spec.tolerations,
      spec.nodeSelector,
      spec.affinity?.nodeAffinity,
      spec.overhead,
      spec.resources?.requests,
      spec.volumes?.map(({ image }) => image?.reference),
      spec.hostNetwork,
      spec.hostUsers,
    ]);
    keys.set(spec, key);
  }
  return key;
}

function relevant({ image, resources, ports, restartPolicy, restartPolicyRules }: Container): readonly unknown[] {
  return [image, resources?.requests, ports, restartPolicy, restartPolicyRules];
}

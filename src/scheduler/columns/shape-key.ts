import type { Container, Pod } from "../../api/types/core-v1.ts";
import type { SpecInfo } from "../cache/pod-info.ts";

/** A text that is equal for pods whose specs plugins cannot tell apart; undefined: this pod is to be judged by itself. */
export function shapeKey(pod: Pod, info: SpecInfo): string | undefined {
  const { spec, status } = pod;
  if (status?.resources !== undefined || status?.containerStatuses !== undefined) return undefined;
  if (status?.initContainerStatuses !== undefined) return undefined;
  if (spec.nodeName !== undefined && spec.nodeName !== "") return undefined;
  if (info.shape === undefined) {
    info.shape = JSON.stringify([
      spec.containers.map(relevant),
      spec.initContainers?.map(relevant),
      spec.tolerations,
      spec.nodeSelector,
      spec.affinity,
      spec.topologySpreadConstraints,
      spec.overhead,
      spec.resources?.requests,
      spec.volumes?.map(({ image }) => image?.reference),
      spec.hostNetwork,
      spec.hostUsers,
    ]);
  }
  return info.shape;
}

function relevant({ image, resources, ports, restartPolicy, restartPolicyRules }: Container): readonly unknown[] {
  return [image, resources?.requests, ports, restartPolicy, restartPolicyRules];
}

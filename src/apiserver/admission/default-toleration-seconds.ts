import type { Pod, Toleration } from "../../api/types/core-v1.ts";

const NOT_READY: Toleration = { effect: "NoExecute", key: "node.kubernetes.io/not-ready", operator: "Exists", tolerationSeconds: 300 };
const UNREACHABLE: Toleration = { effect: "NoExecute", key: "node.kubernetes.io/unreachable", operator: "Exists", tolerationSeconds: 300 };

/** DefaultTolerationSeconds: five minutes on a node that is not ready or unreachable, unless the pod says otherwise. */
export function addDefaultTolerations(pod: Pod): Pod {
  const now = pod.spec?.tolerations ?? [];
  const missing = [NOT_READY, UNREACHABLE].filter((added) => !now.some((toleration) => tolerates(toleration, added)));
  if (missing.length === 0) return pod;
  return { ...pod, spec: { ...pod.spec, tolerations: [...now, ...missing] } };
}

function tolerates(toleration: Toleration, added: Toleration): boolean {
  const { key = "", effect = "" } = toleration;
  return (key === added.key || key === "") && (effect === "NoExecute" || effect === "");
}

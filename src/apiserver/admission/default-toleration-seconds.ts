import type { Toleration } from "../../api/types/core-v1.ts";

const NOT_READY: Toleration = {
  effect: "NoExecute",
  key: "node.kubernetes.io/not-ready",
  operator: "Exists",
  tolerationSeconds: 300,
};
const UNREACHABLE: Toleration = {
  effect: "NoExecute",
  key: "node.kubernetes.io/unreachable",
  operator: "Exists",
  tolerationSeconds: 300,
};
const BOTH: readonly Toleration[] = [NOT_READY, UNREACHABLE];

/** DefaultTolerationSeconds: five minutes on a node that is not ready or unreachable, unless the pod says otherwise. */
export function withDefaultTolerations(now: readonly Toleration[] | undefined): readonly Toleration[] | undefined {
  if (now === undefined || now.length === 0) return BOTH;
  const missing = BOTH.filter((added) => !now.some((toleration) => tolerates(toleration, added)));
  return missing.length === 0 ? now : [...now, ...missing];
}

function tolerates(toleration: Toleration, added: Toleration): boolean {
  const { key = "", effect = "" } = toleration;
  return (key === added.key || key === "") && (effect === "NoExecute" || effect === "");
}

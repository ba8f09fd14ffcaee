import type { Taint, Toleration } from "../../../api/types/core-v1.ts";

type Tolerations = readonly Toleration[] | undefined;

/** Whether one of the tolerations tolerates the taint. */
export function tolerates(tolerations: Tolerations, taint: Taint): boolean {
  if (tolerations !== undefined)
    for (const toleration of tolerations) if (toleratesTaint(toleration, taint)) return true;
  return false;
}

/** The first taint that keeps the pod off the node (NoSchedule, NoExecute) and is not tolerated. */
export function untoleratedTaint(taints: readonly Taint[], tolerations: Tolerations): Taint | undefined {
  for (const taint of taints) {
    if (taint.effect !== "NoSchedule" && taint.effect !== "NoExecute") continue;
    if (!tolerates(tolerations, taint)) return taint;
  }
  return undefined;
}

/** An empty effect or key matches all; Exists ignores the value. */
export function toleratesTaint(toleration: Toleration, taint: Taint): boolean {
  const { effect = "", key = "", operator = "", value = "" } = toleration;
  if (effect !== "" && effect !== taint.effect) return false;
  if (key !== "" && key !== taint.key) return false;
  if (operator === "" || operator === "Equal") return value === (taint.value ?? "");
  return operator === "Exists";
}

import type { PodSpec } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";

const MIRROR = "kubernetes.io/config.mirror";
const DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

type Annotations = { readonly [key: string]: string } | undefined;

/** Annotations that mean something to Kubernetes; a deletion cost that was wrong before may stay so. */
export function podAnnotations(
  annotations: Annotations,
  spec: PodSpec | undefined,
  at: string,
  errors: FieldErrors,
  stored?: Annotations,
): void {
  if (annotations === undefined) return;
  const mirror = annotations[MIRROR];
  if (mirror !== undefined && (spec?.nodeName ?? "") === "")
    errors.invalid(`${at}[${MIRROR}]`, mirror, "must set spec.nodeName if mirror pod annotation is set");
  const cost = annotations[DELETION_COST];
  if (cost !== undefined && !isCost(cost) && isCost(stored?.[DELETION_COST] ?? "0"))
    errors.invalid(`${at}[${DELETION_COST}]`, cost, "must be a 32bit integer");
}

/** The mirror of a static pod stays one, and nothing else becomes one. */
export function podAnnotationsUpdate(
  annotations: Annotations,
  stored: Annotations,
  spec: PodSpec,
  errors: FieldErrors,
): void {
  if (annotations === stored) return;
  const at = "metadata.annotations";
  const was = stored?.[MIRROR];
  const is = annotations?.[MIRROR];
  if (was !== is)
    errors.forbidden(
      `${at}[${MIRROR}]`,
      was === undefined ? "may not add mirror pod annotation" : "may not remove or update mirror pod annotation",
    );
  podAnnotations(annotations, spec, at, errors, stored);
}

/** A 32 bit integer without plus sign and leading zeros. */
function isCost(text: string): boolean {
  if (!/^(0|-\d+|[1-9]\d*)$/.test(text)) return false;
  const value = Number(text);
  return value >= -(2 ** 31) && value < 2 ** 31;
}

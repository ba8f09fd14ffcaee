import { deepEqual } from "../../api/equal.ts";
import type { Container, Pod, PodSpec } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";

const MUTABLE =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/** Validates a change of a pod's spec: images, deadlines and added tolerations; more while it is gated. */
export function podUpdate(pod: Pod, stored: Pod, errors: FieldErrors): void {
  const { spec } = pod;
  const old = stored.spec;
  if (spec === old) return;
  const names = (list: readonly Container[] | undefined): string => (list ?? []).map((value) => value.name).join("/");
  if ((spec.containers?.length ?? 0) !== (old.containers?.length ?? 0))
    return errors.forbidden("spec.containers", "pod updates may not add or remove containers");
  if (
    names(spec.initContainers) !== names(old.initContainers) &&
    spec.initContainers?.length !== old.initContainers?.length
  )
    return errors.forbidden("spec.initContainers", "pod updates may not add or remove containers");
  deadline(spec.activeDeadlineSeconds, old.activeDeadlineSeconds, errors);
  gates(spec, old, errors);
  const gated = (old.schedulingGates?.length ?? 0) > 0;
  if (gated) gatedSelector(spec, old, errors);
  const tolerated = (old.tolerations ?? []).every((toleration) =>
    (spec.tolerations ?? []).some((other) => sameToleration(other, toleration)),
  );
  if (!tolerated)
    errors.forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds");
  if (!deepEqual(munged(spec, old, gated), old)) errors.forbidden("spec", MUTABLE);
}

function deadline(value: number | undefined, old: number | undefined, errors: FieldErrors): void {
  if (old === undefined) return;
  if (value === undefined)
    errors.invalid("spec.activeDeadlineSeconds", value, "must not update from a positive integer to nil value");
  else if (value > old)
    errors.invalid("spec.activeDeadlineSeconds", value, "must be less than or equal to previous value");
}

function gates(spec: PodSpec, old: PodSpec, errors: FieldErrors): void {
  const had = new Set((old.schedulingGates ?? []).map((gate) => gate.name));
  for (const [i, { name }] of (spec.schedulingGates ?? []).entries())
    if (!had.has(name))
      errors.forbidden(
        `spec.schedulingGates[${i}].name`,
        `only deletion is allowed, but found new scheduling gate '${name}'`,
      );
}

function gatedSelector(spec: PodSpec, old: PodSpec, errors: FieldErrors): void {
  for (const key in old.nodeSelector)
    if (spec.nodeSelector?.[key] !== old.nodeSelector[key])
      return errors.invalid(
        "spec.nodeSelector",
        spec.nodeSelector,
        "only additions to spec.nodeSelector are allowed (no mutations or deletions)",
      );
}

function sameToleration(a: object, b: object): boolean {
  const { tolerationSeconds: _, ...left } = a as { readonly tolerationSeconds?: number };
  const { tolerationSeconds: __, ...right } = b as { readonly tolerationSeconds?: number };
  return deepEqual(left, right);
}

/** The new spec with everything that may change put back. */
function munged(spec: PodSpec, old: PodSpec, gated: boolean): PodSpec {
  const result: { [key: string]: unknown } = { ...spec };
  const back = (key: keyof PodSpec): void => {
    if (old[key] === undefined) delete result[key];
    else result[key] = old[key];
  };
  for (const key of ["activeDeadlineSeconds", "tolerations", "schedulingGates", "ephemeralContainers"] as const)
    back(key);
  if (gated) for (const key of ["nodeSelector", "affinity"] as const) back(key);
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1)
    back("terminationGracePeriodSeconds");
  const images = (
    list: readonly Container[] | undefined,
    before: readonly Container[] | undefined,
  ): readonly Container[] | undefined =>
    list?.map((value, i) => {
      const image = before?.[i]?.image;
      return image === undefined ? value : { ...value, image };
    });
  const containers = images(spec.containers, old.containers);
  if (containers !== undefined) result["containers"] = containers;
  const init = images(spec.initContainers, old.initContainers);
  if (init !== undefined) result["initContainers"] = init;
  return result as unknown as PodSpec;
}

import { deepEqual } from "../../api/equal.ts";
import type { StatefulSet, StatefulSetSpec } from "../../api/types/apps-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { labelProblems } from "../name-rules.ts";
import { complaints, intOrPercent, notNegative, oneOf } from "./common.ts";
import { claimSpec } from "./claim.ts";
import { selectedTemplate, workloadSelector } from "./workload.ts";

const UPDATE =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

/** Validates a StatefulSet's spec. */
export function validateStatefulSet({ spec }: StatefulSet, errors: FieldErrors): void {
  oneOf(spec.podManagementPolicy, ["OrderedReady", "Parallel"], "spec.podManagementPolicy", errors);
  updateStrategy(spec, errors);
  const retention = spec.persistentVolumeClaimRetentionPolicy;
  for (const key of ["whenDeleted", "whenScaled"] as const)
    oneOf(
      retention?.[key],
      ["Retain", "Delete"],
      `spec.persistentVolumeClaimRetentionPolicy.${key}`,
      errors,
      "as given",
    );
  notNegative(spec.replicas, "spec.replicas", errors);
  notNegative(spec.minReadySeconds, "spec.minReadySeconds", errors);
  notNegative(spec.ordinals?.start, "spec.ordinals.start", errors);
  if ((spec.serviceName ?? "") !== "")
    complaints(labelProblems(spec.serviceName ?? ""), spec.serviceName, "spec.serviceName", errors);
  for (const [i, claim] of (spec.volumeClaimTemplates ?? []).entries())
    claimSpec(claim.spec ?? {}, `spec.volumeClaimTemplates[${i}].spec`, errors);
  if (workloadSelector(spec.selector, "statefulset", errors))
    selectedTemplate(withClaims(spec), spec.selector, "StatefulSet", errors);
}

/** The template with the claims as volumes, as the pods will have them. */
function withClaims(spec: StatefulSetSpec): StatefulSetSpec["template"] {
  const claims = spec.volumeClaimTemplates ?? [];
  const inner = spec.template?.spec;
  if (claims.length === 0 || inner === undefined) return spec.template;
  const names = new Set(claims.map((claim) => claim.metadata?.name ?? ""));
  const volumes = (inner.volumes ?? []).filter((volume) => !names.has(volume.name));
  const claimed = [...names].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return { ...spec.template, spec: { ...inner, volumes: [...volumes, ...claimed] } };
}

function updateStrategy(spec: StatefulSetSpec, errors: FieldErrors): void {
  const { type = "", rollingUpdate } = spec.updateStrategy ?? {};
  if (type === "") errors.required("spec.updateStrategy");
  else if (type === "OnDelete") {
    if (rollingUpdate !== undefined)
      errors.invalid(
        "spec.updateStrategy.rollingUpdate",
        rollingUpdate,
        "only allowed for updateStrategy 'RollingUpdate'",
      );
  } else if (type === "RollingUpdate") {
    notNegative(rollingUpdate?.partition, "spec.updateStrategy.rollingUpdate.partition", errors);
    intOrPercent(rollingUpdate?.maxUnavailable, "spec.updateStrategy.rollingUpdate.maxUnavailable", errors);
  } else errors.invalid("spec.updateStrategy", spec.updateStrategy, "must be 'RollingUpdate' or 'OnDelete'");
}

/** Validates a change of a StatefulSet. */
export function validateStatefulSetUpdate(object: StatefulSet, stored: StatefulSet, errors: FieldErrors): void {
  if (object.spec === stored.spec) return;
  validateStatefulSet(object, errors);
  const fixed = ({ spec }: StatefulSet): object => {
    const {
      replicas: _,
      ordinals: _1,
      template: _2,
      updateStrategy: _3,
      revisionHistoryLimit: _4,
      persistentVolumeClaimRetentionPolicy: _5,
      minReadySeconds: _6,
      ...rest
    } = spec;
    return rest;
  };
  if (!deepEqual(fixed(object), fixed(stored))) errors.forbidden("spec", UPDATE);
}

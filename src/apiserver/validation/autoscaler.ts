import { parseQuantity } from "../../api/quantity.ts";
import type { HorizontalPodAutoscaler, MetricSpec } from "../../api/types/autoscaling-v2.ts";
import type { FieldErrors } from "../field-errors.ts";
import { pathSegmentProblems } from "../name-rules.ts";
import { complaints, notNegative, oneOf } from "./common.ts";

const SOURCES = ["object", "pods", "resource", "containerResource", "external"] as const;
const SOURCE_OF: { readonly [type: string]: (typeof SOURCES)[number] } = {
  Object: "object",
  Pods: "pods",
  Resource: "resource",
  ContainerResource: "containerResource",
  External: "external",
};

/** Validates an autoscaler's spec. */
export function validateAutoscaler(
  { spec }: HorizontalPodAutoscaler,
  errors: FieldErrors,
  stored?: HorizontalPodAutoscaler,
): void {
  const { minReplicas, maxReplicas } = spec;
  const metrics = spec.metrics ?? [];
  if (minReplicas !== undefined && minReplicas < 1)
    errors.invalid("spec.minReplicas", minReplicas, "must be greater than or equal to 1");
  if ((maxReplicas ?? 0) < 1) errors.required("spec.maxReplicas", "must be set and greater than 0");
  if (minReplicas !== undefined && (maxReplicas ?? 0) < minReplicas)
    errors.invalid("spec.maxReplicas", maxReplicas ?? 0, "must be greater than or equal to `minReplicas`");
  const { kind, name, apiVersion = "" } = spec.scaleTargetRef;
  for (const [field, text] of [
    ["kind", kind],
    ["name", name],
  ] as const) {
    if (text === "") errors.required(`spec.scaleTargetRef.${field}`);
    else complaints(pathSegmentProblems(text), text, `spec.scaleTargetRef.${field}`, errors);
  }
  const before = stored?.spec.scaleTargetRef;
  const isSame = before?.kind === kind && (before.apiVersion ?? "") === apiVersion;
  if (isSame) {
    // What was stored once stays allowed.
  } else if (apiVersion.split("/").length > 2)
    errors.invalid("spec.scaleTargetRef.apiVersion", apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
  else if (!apiVersion.includes("/") && kind !== "ReplicationController")
    errors.invalid("spec.scaleTargetRef.apiVersion", apiVersion, "apiVersion must specify API group");
  for (const [i, value] of metrics.entries()) metric(value, `spec.metrics[${i}]`, errors);
  if (minReplicas === 0 && !metrics.some(({ type }) => type === "Object" || type === "External"))
    errors.forbidden(
      "spec.metrics",
      "must specify at least one Object or External metric to support scaling to zero replicas",
    );
  for (const side of ["scaleUp", "scaleDown"] as const) rules(spec.behavior?.[side], `spec.behavior.${side}`, errors);
}

function metric(value: MetricSpec, at: string, errors: FieldErrors): void {
  const { type } = value;
  if (type === "") errors.required(`${at}.type`, "must specify a metric source type");
  else oneOf(type, Object.keys(SOURCE_OF), `${at}.type`, errors);
  const wanted = SOURCE_OF[type];
  for (const source of SOURCES)
    if (value[source] !== undefined && source !== wanted)
      errors.forbidden(`${at}.${source}`, "must populate the given metric source only");
  if (wanted === undefined) return;
  const found = value[wanted];
  if (found === undefined)
    return errors.required(`${at}.${wanted}`, "must populate information for the given metric source");
  if (wanted === "containerResource" && (value.containerResource?.container ?? "") === "")
    errors.required(`${at}.${wanted}.container`, "must specify a container");
  const { target } = found;
  const field = `${at}.${wanted}.target`;
  const { type: targetType = "" } = target;
  if (targetType === "") errors.required(`${field}.type`, "must specify a metric target type");
  if (!["Utilization", "Value", "AverageValue"].includes(targetType))
    errors.invalid(`${field}.type`, targetType, "must be either Utilization, Value, or AverageValue");
  if (target.value !== undefined && (parseQuantity(target.value) ?? 0n) <= 0n)
    errors.invalid(`${field}.value`, target.value, "must be positive");
  if (target.averageValue !== undefined && (parseQuantity(target.averageValue) ?? 0n) <= 0n)
    errors.invalid(`${field}.averageValue`, target.averageValue, "must be positive");
  if (target.averageUtilization !== undefined && target.averageUtilization < 1)
    errors.invalid(`${field}.averageUtilization`, target.averageUtilization, "must be greater than 0");
  const unset = target.averageUtilization === undefined && target.averageValue === undefined;
  if ((wanted === "resource" || wanted === "containerResource") && unset)
    errors.required(`${field}.averageUtilization`, "must set either a target raw value or a target utilization");
  if ((wanted === "object" || wanted === "external") && target.value === undefined && target.averageValue === undefined)
    errors.required(`${field}.averageValue`, "must set either a target value or averageValue");
  if (wanted === "pods" && target.averageValue === undefined)
    errors.required(`${field}.averageValue`, "must specify a positive target averageValue");
}

type Rules = NonNullable<NonNullable<HorizontalPodAutoscaler["spec"]["behavior"]>["scaleUp"]>;

function rules(value: Rules | undefined, at: string, errors: FieldErrors): void {
  if (value === undefined) return;
  const window = value.stabilizationWindowSeconds;
  if (window !== undefined && window < 0)
    errors.invalid(`${at}.stabilizationWindowSeconds`, window, "must be greater than or equal to zero");
  if (window !== undefined && window > 3600)
    errors.invalid(`${at}.stabilizationWindowSeconds`, window, "must be less than or equal to 3600");
  oneOf(value.selectPolicy, ["Disabled", "Max", "Min"], `${at}.selectPolicy`, errors);
  if ((value.policies?.length ?? 0) === 0) errors.required(`${at}.policies`, "must specify at least one Policy");
  for (const [i, policy] of (value.policies ?? []).entries()) {
    const field = `${at}.policies[${i}]`;
    oneOf(policy.type, ["Percent", "Pods"], `${field}.type`, errors);
    if (policy.value <= 0) errors.invalid(`${field}.value`, policy.value, "must be greater than zero");
    if (policy.periodSeconds <= 0)
      errors.invalid(`${field}.periodSeconds`, policy.periodSeconds, "must be greater than zero");
    if (policy.periodSeconds > 1800)
      errors.invalid(`${field}.periodSeconds`, policy.periodSeconds, "must be less than or equal to 1800");
  }
}

/** Validates an autoscaler's status. */
export function validateAutoscalerStatus({ status }: HorizontalPodAutoscaler, errors: FieldErrors): void {
  notNegative(status?.currentReplicas, "status.currentReplicas", errors);
  notNegative(status?.desiredReplicas, "status.desiredReplicas", errors);
}

import { cast } from "../../base/units.ts";
import type { HorizontalPodAutoscaler, MetricSpec, MetricStatus } from "../../api/types/autoscaling-v2.ts";

type Json = { readonly [field: string]: unknown };

const PREFIX = "autoscaling.alpha.kubernetes.io/";

/** A stored autoscaler (v2) as autoscaling/v1: one CPU target, all else in annotations. */
export function autoscalerAsV1(object: Json): Json {
  const { metadata, spec, status } = cast<HorizontalPodAutoscaler>(object);
  const { metrics: targets, behavior, ...kept } = spec;
  const { conditions: told, currentMetrics: measured, ...state } = status ?? {};
  const [metrics, conditions, currentMetrics] = [targets ?? [], told ?? [], measured ?? []];
  const cpu = metrics.find(isCpuTarget);
  const others = metrics.filter((metric) => metric !== cpu).map(oldMetric);
  const currentCpu = currentMetrics.find((metric) => metric.resource?.name === "cpu");
  const extras: { [name: string]: string } = {};
  if (others.length > 0) extras["metrics"] = JSON.stringify(others);
  if (behavior !== undefined) extras["behavior"] = JSON.stringify(behavior);
  if (currentMetrics.length > 0) extras["current-metrics"] = JSON.stringify(currentMetrics.map(oldStatus));
  if (conditions.length > 0) extras["conditions"] = JSON.stringify(conditions.map(oldCondition));
  const added = Object.fromEntries(Object.entries(extras).map(([name, text]) => [PREFIX + name, text]));
  const target = cpu?.resource?.target.averageUtilization;
  const current = currentCpu?.resource?.current.averageUtilization;
  return {
    ...object,
    ...(object["apiVersion"] !== undefined && { apiVersion: "autoscaling/v1" }),
    metadata:
      Object.keys(added).length === 0 ? metadata : { ...metadata, annotations: { ...metadata.annotations, ...added } },
    spec: { ...kept, ...(target !== undefined && { targetCPUUtilizationPercentage: target }) },
    status: { ...state, ...(current !== undefined && { currentCPUUtilizationPercentage: current }) },
  };
}

function isCpuTarget({ type, resource }: MetricSpec): boolean {
  return type === "Resource" && resource?.name === "cpu" && resource.target.type === "Utilization";
}

/** A metric in the form of v1's annotation. */
function oldMetric(metric: MetricSpec): unknown {
  const { type, resource } = metric;
  if (type !== "Resource" || resource === undefined) return metric;
  const { averageUtilization, averageValue } = resource.target;
  return {
    type,
    resource: {
      name: resource.name,
      ...(averageUtilization !== undefined && { targetAverageUtilization: averageUtilization }),
      ...(averageValue !== undefined && { targetAverageValue: averageValue }),
    },
  };
}

function oldStatus(metric: MetricStatus): unknown {
  const { type, resource } = metric;
  if (resource === undefined) return metric;
  const { averageUtilization, averageValue } = resource.current;
  return {
    type,
    resource: {
      name: resource.name,
      ...(averageUtilization !== undefined && { currentAverageUtilization: averageUtilization }),
      currentAverageValue: averageValue,
    },
  };
}

function oldCondition(condition: {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string | null;
  readonly reason?: string;
  readonly message?: string;
}): unknown {
  const { type, status, lastTransitionTime = null, reason, message } = condition;
  return {
    type,
    status,
    lastTransitionTime,
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
  };
}

/** An autoscaler of autoscaling/v1 as it is stored. */
export function autoscalerAsStored(object: Json): Json {
  const spec = mapOf(object["spec"] ?? {});
  const metadata = mapOf(object["metadata"]);
  const given = mapOf(metadata?.["annotations"]);
  const { targetCPUUtilizationPercentage: target, ...kept } = spec ?? {};
  const annotations = { ...given };
  const taken = (name: string): unknown => {
    const text = annotations[PREFIX + name];
    delete annotations[PREFIX + name];
    return typeof text === "string" ? parsed(text) : undefined;
  };
  const [behavior] = [taken("behavior"), taken("metrics"), taken("conditions"), taken("current-metrics")];
  const cpu = {
    type: "Resource",
    resource: { name: "cpu", target: { type: "Utilization", averageUtilization: target } },
  };
  return {
    ...object,
    ...(object["apiVersion"] !== undefined && { apiVersion: "autoscaling/v2" }),
    ...(given !== undefined && { metadata: { ...metadata, annotations } }),
    ...(spec !== undefined && {
      spec: { ...kept, ...(target !== undefined && { metrics: [cpu] }), ...(behavior !== undefined && { behavior }) },
    }),
  };
}

/** A map, or nothing where something else was sent, of which decoding complains. */
function mapOf(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? cast<Json>(value) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

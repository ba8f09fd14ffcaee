import { cast } from "../../base/units.ts";
import type { HorizontalPodAutoscaler, MetricSpec, MetricStatus } from "../../api/types/autoscaling-v2.ts";
import { NONE, someOf, UNKNOWN, UNSET } from "./cells.ts";
import type { Printer } from "./cells.ts";
import { since } from "./human-duration.ts";

const METRICS_MAX = 2;

export const printHorizontalPodAutoscaler: Printer = (object, now) => {
  const { metadata, spec, status } = cast<HorizontalPodAutoscaler>(object);
  const target = spec?.scaleTargetRef;
  const texts = (spec?.metrics ?? []).map((metric, i) => metricText(metric, status?.currentMetrics?.[i]));
  return [
    metadata.name,
    `${target?.kind ?? ""}/${target?.name ?? ""}`,
    texts.length === 0 ? NONE : someOf(texts, ", ", METRICS_MAX),
    spec?.minReplicas === undefined ? UNSET : String(spec.minReplicas),
    spec?.maxReplicas ?? 0,
    status?.currentReplicas ?? 0,
    since(now, metadata.creationTimestamp),
  ];
};

interface Values {
  readonly averageUtilization?: number;
  readonly averageValue?: string | number;
  readonly value?: string | number;
}

/** "cpu: 33%/80%": what was measured and what is wanted. */
function metricText(metric: MetricSpec, status: MetricStatus | undefined): string {
  switch (metric.type) {
    case "External":
      return plainText(metric.external?.target, status?.external?.current);
    case "Object":
      return plainText(metric.object?.target, status?.object?.current);
    case "Pods":
      return `${quantity(status?.pods?.current)}/${metric.pods?.target.averageValue ?? "0"}`;
    case "Resource":
      return resourceText(metric.resource?.name ?? "", metric.resource?.target, status?.resource?.current);
    case "ContainerResource":
      return resourceText(
        metric.containerResource?.name ?? "",
        metric.containerResource?.target,
        status?.containerResource?.current,
      );
    default:
      return "<unknown type>";
  }
}

function quantity(current: Values | undefined): string {
  return current === undefined ? UNKNOWN : String(current.averageValue ?? "0");
}

function plainText(target: Values | undefined, current: Values | undefined): string {
  if (target?.averageValue !== undefined) return `${current?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`;
  return `${current === undefined ? UNKNOWN : (current.value ?? "0")}/${target?.value ?? "0"}`;
}

function resourceText(name: string, target: Values | undefined, current: Values | undefined): string {
  if (target?.averageValue !== undefined) return `${name}: ${quantity(current)}/${target.averageValue}`;
  const now = current?.averageUtilization;
  const wanted = target?.averageUtilization;
  return `${name}: ${now === undefined ? UNKNOWN : `${now}%`}/${wanted === undefined ? "<auto>" : `${wanted}%`}`;
}

import type { HorizontalPodAutoscaler } from "../../api/types/autoscaling-v2.ts";
import { withDefaults } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";
import { validateAutoscaler, validateAutoscalerStatus } from "../validation/autoscaler.ts";
import type { Kind } from "../kind.ts";

const CPU_80 = [
  { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } },
];

/** autoscaling/v2 HorizontalPodAutoscaler. */
export const horizontalPodAutoscaler: Kind<HorizontalPodAutoscaler> = {
  group: "autoscaling",
  version: "v2",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  namespaced: true,
  shortNames: ["hpa"],
  categories: ["all"],
  struct: "autoscaling/v2.HorizontalPodAutoscaler",
  validate: validateAutoscaler,
  validateUpdate: (object, stored, errors) => validateAutoscaler(object, errors, stored),
  validateStatus: (object, _stored, errors) => validateAutoscalerStatus(object, errors),
  status: true,
  initialStatus: { currentMetrics: null, desiredReplicas: 0 },
  defaults(object) {
    let spec = withDefaults(object.spec, { minReplicas: 1, metrics: CPU_80 });
    const { behavior } = spec;
    if (behavior !== undefined) spec = { ...spec, behavior: defaultBehavior(behavior) };
    return withField(object, "spec", spec);
  },
};

type Behavior = NonNullable<HorizontalPodAutoscaler["spec"]["behavior"]>;

function defaultBehavior(behavior: Behavior): Behavior {
  const up = {
    stabilizationWindowSeconds: 0,
    selectPolicy: "Max",
    policies: [
      { type: "Pods", value: 4, periodSeconds: 15 },
      { type: "Percent", value: 100, periodSeconds: 15 },
    ],
  };
  const down = { selectPolicy: "Max", policies: [{ type: "Percent", value: 100, periodSeconds: 15 }] };
  return { scaleUp: withDefaults(behavior.scaleUp ?? {}, up), scaleDown: withDefaults(behavior.scaleDown ?? {}, down) };
}

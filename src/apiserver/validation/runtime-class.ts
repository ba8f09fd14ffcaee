import type { Toleration } from "../../api/types/core-v1.ts";
import type { ApiObject } from "../../api/object.ts";
import type { FieldErrors } from "../field-errors.ts";
import { validateLabels } from "../metadata.ts";
import { labelProblems } from "../name-rules.ts";
import { complaints } from "./common.ts";
import { resources } from "./resources.ts";
import { tolerations } from "./scheduling.ts";

/** node.k8s.io/v1 RuntimeClass. */
export interface RuntimeClass extends ApiObject {
  readonly handler: string;
  readonly overhead?: { readonly podFixed?: { readonly [name: string]: string } };
  readonly scheduling?: {
    readonly nodeSelector?: { readonly [label: string]: string };
    readonly tolerations?: readonly Toleration[];
  };
}

/** Validates a RuntimeClass: its handler, overhead and scheduling. */
export function validateRuntimeClass(object: RuntimeClass, errors: FieldErrors): void {
  const { handler, overhead, scheduling } = object;
  if (handler === "") errors.required("handler");
  else complaints(labelProblems(handler), handler, "handler", errors);
  if (overhead?.podFixed !== undefined) resources({ limits: overhead.podFixed }, "overhead", errors);
  if (scheduling === undefined) return;
  validateLabels(scheduling.nodeSelector, "scheduling.nodeSelector", errors);
  tolerations(scheduling.tolerations, "scheduling.tolerations", errors);
  const seen = new Set<string>();
  for (const [i, toleration] of (scheduling.tolerations ?? []).entries()) {
    const { key = "", operator = "", value = "", effect = "", tolerationSeconds } = toleration;
    const text = JSON.stringify([key, operator, value, effect]);
    if (seen.has(text))
      errors.duplicate(`scheduling.tolerations[${i}]`, {
        Key: key,
        Operator: operator,
        Value: value,
        Effect: effect,
        TolerationSeconds: tolerationSeconds ?? null,
      });
    seen.add(text);
  }
}

/** Validates a change of a RuntimeClass: its handler stays. */
export function validateRuntimeClassUpdate(object: RuntimeClass, stored: RuntimeClass, errors: FieldErrors): void {
  validateRuntimeClass(object, errors);
  if (object.handler !== stored.handler) errors.invalid("handler", object.handler, "field is immutable");
}

import type { ApiObject } from "../../api/object.ts";
import type { Container } from "../../api/types/core-v1.ts";
import type { LabelSelector } from "../../api/types/meta-v1.ts";
import { cast } from "../../base/units.ts";

/** The fields that kubectl's workload commands look at. */
interface WorkloadShape {
  readonly spec?: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly selector?: LabelSelector;
    readonly containers?: readonly Container[];
    readonly template?: {
      readonly metadata?: { readonly labels?: { readonly [key: string]: string } };
      readonly spec?: { readonly containers?: readonly Container[]; readonly initContainers?: readonly Container[] };
    };
  };
}

/** A workload (or pod) seen through those fields. */
export function workload(object: ApiObject): WorkloadShape {
  return cast<WorkloadShape>(object);
}

/** Names of the containers of a workload's template, or of a pod, in order. */
export function containerNames(object: ApiObject): string[] {
  const { spec } = workload(object);
  return (spec?.template?.spec?.containers ?? spec?.containers ?? []).map((container) => container.name);
}

/** Wraps a patch of a pod spec so that it fits a workload or a pod. */
export function podSpecPatch(object: ApiObject, patch: unknown): unknown {
  return object.kind === "Pod" ? { spec: patch } : { spec: { template: { spec: patch } } };
}

import { cast } from "../../base/units.ts";
import { mapSelectorMatches, selectorMatches } from "../../api/label-selector.ts";
import { compareText } from "../../base/order.ts";
import { objectKey } from "../../api/object.ts";
import type { Deployment } from "../../api/types/apps-v1.ts";
import type { Pod, PodTemplateSpec, Service } from "../../api/types/core-v1.ts";
import type { ObjectMeta } from "../../api/types/meta-v1.ts";
import type { PodDisruptionBudget } from "../../api/types/policy-v1.ts";
import type { World } from "../../cluster/world.ts";
import { objectName } from "./words.ts";

/** What a Deployment, StatefulSet or DaemonSet has in common. */
export interface Workload {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly replicas?: number;
    readonly template: PodTemplateSpec;
    readonly strategy?: Deployment["spec"]["strategy"];
  };
}

const RESOURCES: readonly string[] = ["deployments.apps", "statefulsets.apps", "daemonsets.apps"];

/** The workloads whose pods the Service selects, by name. */
export function workloadsBehind(service: Service, world: World): Workload[] {
  const found: Workload[] = [];
  for (const resource of RESOURCES)
    for (const object of world.objects(resource).values()) {
      const workload = cast<Workload>(object);
      if (workload.metadata.namespace !== service.metadata.namespace) continue;
      if (mapSelectorMatches(service.spec.selector, workload.spec.template.metadata?.labels)) found.push(workload);
    }
  return found.sort((a, b) => compareText(`${a.kind} ${a.metadata.name}`, `${b.kind} ${b.metadata.name}`));
}

/** "Deployment cartservice". */
export function workloadName(workload: Workload): string {
  return objectName(workload.kind, objectKey(workload));
}

/** The budgets that cover the workload's pods. */
export function budgetsOf(workload: Workload, world: World): PodDisruptionBudget[] {
  const found: PodDisruptionBudget[] = [];
  for (const object of world.objects("poddisruptionbudgets.policy").values()) {
    const budget = cast<PodDisruptionBudget>(object);
    if (budget.metadata.namespace !== workload.metadata.namespace) continue;
    if (selectorMatches(budget.spec.selector, workload.spec.template.metadata?.labels)) found.push(budget);
  }
  return found;
}

/** Whether the template asks, softly or not, for pods in different values of the topology key. */
export function spreadsOver(workload: Workload, topologyKey: string): boolean {
  const spec: Partial<Pod["spec"]> = workload.spec.template.spec ?? {};
  if (spec.topologySpreadConstraints?.some((constraint) => constraint.topologyKey === topologyKey) === true)
    return true;
  const anti = spec.affinity?.podAntiAffinity;
  return (
    anti?.requiredDuringSchedulingIgnoredDuringExecution?.some((term) => term.topologyKey === topologyKey) === true ||
    anti?.preferredDuringSchedulingIgnoredDuringExecution?.some(
      (term) => term.podAffinityTerm.topologyKey === topologyKey,
    ) === true
  );
}

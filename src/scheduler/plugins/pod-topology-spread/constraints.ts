import { controllerOf } from "../../../api/object.ts";
import { requirementMatches, selectorMatches } from "../../../api/label-selector.ts";
import type { Labels } from "../../../api/label-selector.ts";
import type { LabelSelector } from "../../../api/types/meta-v1.ts";
import type { ReplicaSet, StatefulSet } from "../../../api/types/apps-v1.ts";
import type {
  Node,
  Pod,
  ReplicationController,
  Service,
  TopologySpreadConstraint,
} from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import type { Objects } from "../../framework/objects.ts";
import type { PluginArgs } from "../../framework/args.ts";
import { requiredAffinityMatches } from "../../../api/node-selector.ts";
import { untoleratedTaint } from "../taint-toleration/tolerates.ts";

/** A spread constraint with its defaults resolved. */
export interface Constraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly selector: SpreadSelector;
  readonly minDomains: number;
  readonly honorAffinity: boolean;
  readonly honorTaints: boolean;
}

/** Labels and label selectors that must all match; `nothing` matches no pod. */
export interface SpreadSelector {
  readonly nothing: boolean;
  readonly labels: { readonly [key: string]: string };
  readonly selector: LabelSelector;
}

type Action = "DoNotSchedule" | "ScheduleAnyway";

export const HOSTNAME = "kubernetes.io/hostname";

const SYSTEM_DEFAULTS: readonly TopologySpreadConstraint[] = [
  { topologyKey: HOSTNAME, maxSkew: 3, whenUnsatisfiable: "ScheduleAnyway" },
  { topologyKey: "topology.kubernetes.io/zone", maxSkew: 5, whenUnsatisfiable: "ScheduleAnyway" },
];

/** The pod's own constraints with this action; for a pod without any, the default ones, if something selects the pod. */
export function constraintsFor(pod: Pod, action: Action, args: PluginArgs, objects: Objects): readonly Constraint[] {
  const own = pod.spec.topologySpreadConstraints;
  if (own !== undefined && own.length > 0) return resolved(own, action, pod);
  const { defaultingType, defaultConstraints } = args.PodTopologySpread;
  const defaults = resolved(defaultingType === "System" ? SYSTEM_DEFAULTS : defaultConstraints, action, pod);
  if (defaults.length === 0) return defaults;
  const selector = defaultSelector(pod, objects);
  return isEmptySelector(selector) ? [] : defaults.map((constraint) => ({ ...constraint, selector }));
}

/** Whether the constraint's selector matches these labels; the empty selector matches all. */
export function spreadSelectorMatches({ nothing, labels: wanted, selector }: SpreadSelector, labels: Labels): boolean {
  if (nothing) return false;
  for (const key in wanted) if (labels?.[key] !== wanted[key]) return false;
  for (const key in selector.matchLabels) if (labels?.[key] !== selector.matchLabels[key]) return false;
  for (const requirement of selector.matchExpressions ?? []) if (!requirementMatches(requirement, labels)) return false;
  return true;
}

/** Whether a selector has no requirements at all. */
export function isEmptySelector({ nothing, labels, selector }: SpreadSelector): boolean {
  if (nothing) return false;
  for (const _ in labels) return false;
  for (const _ in selector.matchLabels) return false;
  return (selector.matchExpressions?.length ?? 0) === 0;
}

/** Whether the node has all topology keys. */
export function hasAllKeys(node: Node, constraints: readonly Constraint[]): boolean {
  const labels = node.metadata.labels;
  for (const { topologyKey } of constraints) if (labels?.[topologyKey] === undefined) return false;
  return true;
}

/** Whether the node counts for a constraint under its inclusion policies. */
export function isIncluded(constraint: Constraint, pod: Pod, node: Node): boolean {
  if (constraint.honorAffinity && !requiredAffinityMatches(pod.spec, node)) return false;
  return !constraint.honorTaints || untoleratedTaint(node.spec?.taints ?? [], pod.spec.tolerations) === undefined;
}

/** Pods of the namespace that match and are not on their way out; none for an empty selector, as upstream counts. */
export function countMatching(pods: readonly Pod[], selector: SpreadSelector, namespace: string | undefined): number {
  if (isEmptySelector(selector)) return 0;
  let count = 0;
  for (const pod of pods) {
    const { deletionTimestamp, labels, namespace: own } = pod.metadata;
    if (own === namespace && deletionTimestamp === undefined && spreadSelectorMatches(selector, labels)) count += 1;
  }
  return count;
}

function resolved(constraints: readonly TopologySpreadConstraint[], action: Action, pod: Pod): readonly Constraint[] {
  const found: Constraint[] = [];
  for (const constraint of constraints) {
    if (constraint.whenUnsatisfiable !== action) continue;
    const labels: { [key: string]: string } = {};
    for (const key of constraint.matchLabelKeys ?? []) {
      const value = pod.metadata.labels?.[key];
      if (value !== undefined) labels[key] = value;
    }
    found.push({
      maxSkew: constraint.maxSkew,
      topologyKey: constraint.topologyKey,
      selector: { nothing: constraint.labelSelector === undefined, labels, selector: constraint.labelSelector ?? {} },
      minDomains: constraint.minDomains ?? 1,
      honorAffinity: constraint.nodeAffinityPolicy !== "Ignore",
      honorTaints: constraint.nodeTaintsPolicy === "Honor",
    });
  }
  return found;
}

/** What Services and the controller of a pod select it by. */
function defaultSelector(pod: Pod, objects: Objects): SpreadSelector {
  const namespace = pod.metadata.namespace ?? "";
  const labels: { [key: string]: string } = {};
  for (const object of objects.inNamespace("services", namespace)) {
    const selector = cast<Service>(object).spec?.selector;
    if (selector !== undefined && selectorMatches({ matchLabels: selector }, pod.metadata.labels))
      Object.assign(labels, selector);
  }
  const owner = controllerOf(pod);
  const key = `${namespace}/${owner?.name ?? ""}`;
  const kind = owner === undefined ? "" : `${owner.apiVersion}/${owner.kind}`;
  let selector: LabelSelector = {};
  if (kind === "v1/ReplicationController")
    Object.assign(
      labels,
      cast<ReplicationController | undefined>(objects.get("replicationcontrollers", key))?.spec?.selector,
    );
  else if (kind === "apps/v1/ReplicaSet")
    selector = cast<ReplicaSet | undefined>(objects.get("replicasets.apps", key))?.spec?.selector ?? {};
  else if (kind === "apps/v1/StatefulSet")
    selector = cast<StatefulSet | undefined>(objects.get("statefulsets.apps", key))?.spec?.selector ?? {};
  return { nothing: false, labels, selector };
}

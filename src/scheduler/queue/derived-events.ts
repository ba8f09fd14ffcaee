import type { Node, Pod } from "../../api/types/core-v1.ts";
import { accountedTotals } from "../cache/pod-info.ts";
import { sameData } from "../plugins/same.ts";
import type { ClusterEvent } from "./event-registration.ts";
import { ACTION } from "./event-registration.ts";

/** What an update of a pod may mean to waiting pods; the general Update when nothing specific changed. */
export function podEvents(before: Pod, after: Pod): readonly ClusterEvent[] {
  const pending = (after.spec.nodeName ?? "") === "";
  const resource = pending ? "UnscheduledPod" : "AssignedPod";
  const events: ClusterEvent[] = [];
  const add = (action: number, name: string): void =>
    void events.push({ resource, action, label: `${pending ? "UnschedulablePod" : "AssignedPod"}${name}` });
  const same = before.spec === after.spec;
  if (before.metadata.labels !== after.metadata.labels && !sameData(before.metadata.labels, after.metadata.labels))
    add(ACTION.UpdatePodLabel, "UpdatePodLabel");
  if (isScaledDown(before, after)) add(ACTION.UpdatePodScaleDown, "UpdatePodScaleDown");
  if (!same && gates(before) !== 0 && gates(after) === 0)
    add(ACTION.UpdatePodSchedulingGatesEliminated, "UpdatePodSchedulingGatesEliminated");
  if (!same && (before.spec.tolerations?.length ?? 0) !== (after.spec.tolerations?.length ?? 0))
    add(ACTION.UpdatePodToleration, "UpdatePodToleration");
  if (!sameData(before.status?.resourceClaimStatuses, after.status?.resourceClaimStatuses))
    add(ACTION.UpdatePodGeneratedResourceClaim, "UpdatePodGeneratedResourceClaim");
  if (events.length === 0) add(ACTION.Update, "Update");
  return events;
}

/** What an update of a node may mean to waiting pods; none for a heartbeat. */
export function nodeEvents(before: Node, after: Node): readonly ClusterEvent[] {
  const events: ClusterEvent[] = [];
  const add = (action: number, name: string): void =>
    void events.push({ resource: "Node", action, label: `Node${name}` });
  if (before.spec?.unschedulable === true && after.spec?.unschedulable !== true)
    add(ACTION.UpdateNodeTaint, "UpdateNodeTaint");
  if (!sameData(before.status?.allocatable, after.status?.allocatable))
    add(ACTION.UpdateNodeAllocatable, "UpdateNodeAllocatable");
  if (!sameData(before.metadata.labels, after.metadata.labels)) add(ACTION.UpdateNodeLabel, "UpdateNodeLabel");
  if (!sameData(before.spec?.taints, after.spec?.taints)) add(ACTION.UpdateNodeTaint, "UpdateNodeTaint");
  if (!sameData(conditionStatuses(before), conditionStatuses(after)))
    add(ACTION.UpdateNodeCondition, "UpdateNodeCondition");
  if (!sameData(before.metadata.annotations, after.metadata.annotations))
    add(ACTION.UpdateNodeAnnotation, "UpdateNodeAnnotation");
  if (!sameData(before.status?.declaredFeatures, after.status?.declaredFeatures))
    add(ACTION.UpdateNodeDeclaredFeature, "UpdateNodeDeclaredFeature");
  return events;
}

export const ASSIGNED_POD_ADD: ClusterEvent = { resource: "AssignedPod", action: ACTION.Add, label: "AssignedPodAdd" };
export const ASSIGNED_POD_DELETE: ClusterEvent = {
  resource: "AssignedPod",
  action: ACTION.Delete,
  label: "AssignedPodDelete",
};
export const NODE_ADD: ClusterEvent = { resource: "Node", action: ACTION.Add, label: "NodeAdd" };
export const NODE_DELETE: ClusterEvent = { resource: "Node", action: ACTION.Delete, label: "NodeDelete" };
export const UNSCHEDULABLE_TIMEOUT: ClusterEvent = { resource: "*", action: ACTION.All, label: "UnschedulableTimeout" };
export const FORCE_ACTIVATE: ClusterEvent = { resource: "*", action: ACTION.All, label: "ForceActivate" };

function gates(pod: Pod): number {
  return pod.spec.schedulingGates?.length ?? 0;
}

/** Some request became smaller or vanished. */
function isScaledDown(before: Pod, after: Pod): boolean {
  const was = accountedTotals(before);
  const is = accountedTotals(after);
  if (was === is) return false;
  for (const [name, value] of was) if ((is.get(name) ?? -1) < value) return true;
  return false;
}

function conditionStatuses({ status }: Node): { readonly [type: string]: string } {
  return Object.fromEntries((status?.conditions ?? []).map(({ type, status: value }) => [type, value]));
}

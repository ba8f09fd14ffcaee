import { parseTimestamp } from "../base/time.ts";
import type { Millis } from "../base/units.ts";
import { cast } from "../base/units.ts";
import type { ApiObject } from "../api/object.ts";
import { controllerOf } from "../api/object.ts";
import type { PersistentVolumeClaim, Pod, ResourceQuota } from "../api/types/core-v1.ts";
import { quantityMilli } from "../api/quantity.ts";
import type { World } from "../cluster/world.ts";
import type { SchedulerState } from "../scheduler/loop/state.ts";
import type { PlannedTrouble } from "./invariants/invariant.ts";
import { heldBackExcuse } from "./survivability/held-back.ts";
import { noNodeFits } from "./survivability/placement.ts";
import { asPod, isReady, isTerminal, isTerminating, nodeOf, podCondition } from "./survivability/pod.ts";
import { podRequests } from "./survivability/requests.ts";

const GRACE_SLACK_MS: Millis = 30_000;
const BACK_OFF_MS: Millis = 480_000;

/** Reasons of waiting containers that no cluster can mend by itself. */
const HOPELESS: readonly string[] = [
  "CrashLoopBackOff",
  "ImagePullBackOff",
  "ErrImagePull",
  "InvalidImageName",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
  "PostStartHookError",
];

/**
 * Why no cluster could make this pod Running and Ready (or let it go, if it is being deleted); undefined: it has no
 * excuse. Computed from the truth alone. Without `trouble` the pod's own status is believed about its programs.
 */
export function excuseOfPod(pod: Pod, world: World, trouble?: PlannedTrouble): string | undefined {
  const node = nodeOf(pod);
  if (node === "") return isTerminating(pod) ? finalizerOf(pod) : (unboundExcuse(pod, world) ?? trouble?.(pod));
  const lost = nodeExcuse(node, world);
  if (lost !== undefined) return lost;
  if (isTerminating(pod)) return finalizerOf(pod) ?? graceExcuse(pod, world);
  const claim = claimExcuse(pod, world);
  if (claim !== undefined) return claim;
  const gate = pod.spec.readinessGates?.find(
    ({ conditionType }) => podCondition(pod, conditionType)?.status !== "True",
  );
  if (gate !== undefined) return `nobody sets its readiness gate ${gate.conditionType}`;
  return (trouble === undefined ? statusExcuse(pod) : trouble(pod)) ?? backOffExcuse(pod, world);
}

/** Why a workload (any object that controls pods, or ReplicaSets with pods) could not converge; undefined: no excuse. */
export function excuseOfWorkload(workload: ApiObject, world: World, trouble?: PlannedTrouble): string | undefined {
  const spec = cast<{ spec?: { paused?: boolean } }>(workload).spec;
  if (spec?.paused === true) return "it is paused";
  if (isTerminating(workload)) return finalizerOf(workload);
  for (const pod of podsOf(workload, world)) {
    if (isTerminal(pod) || (isReady(pod) && !isTerminating(pod))) continue;
    const excuse = excuseOfPod(pod, world, trouble);
    if (excuse !== undefined) return `Pod ${pod.metadata.name} cannot: ${excuse}`;
  }
  return accountExcuse(workload, world) ?? quotaExcuse(workload, world);
}

/** Pods that name a ServiceAccount which does not exist are refused by admission. */
function accountExcuse(workload: ApiObject, world: World): string | undefined {
  const template = cast<{ spec?: { template?: { spec?: { serviceAccountName?: string } } } }>(workload).spec?.template;
  const name = template?.spec?.serviceAccountName;
  if (name === undefined || world.objects("serviceaccounts").has(`${workload.metadata.namespace ?? ""}/${name}`))
    return undefined;
  return `its ServiceAccount ${name} does not exist`;
}

/** The pods that the workload controls, directly or through ReplicaSets or Jobs. */
export function podsOf(workload: ApiObject, world: World): Pod[] {
  const owners = new Set([workload.metadata.uid]);
  for (const resource of ["replicasets.apps", "jobs.batch"])
    for (const object of world.objects(resource).values())
      if (controllerOf(object)?.uid === workload.metadata.uid) owners.add(object.metadata.uid);
  const found: Pod[] = [];
  for (const object of world.objects("pods").values())
    if (owners.has(controllerOf(object)?.uid ?? "")) found.push(asPod(object));
  return found;
}

function unboundExcuse(pod: Pod, world: World): string | undefined {
  const gate = pod.spec.schedulingGates?.[0]?.name;
  if (gate !== undefined) return `it has the scheduling gate ${gate}`;
  const scheduler = pod.spec.schedulerName ?? "default-scheduler";
  if (!isServed(scheduler, world)) return `it waits for the scheduler ${scheduler}`;
  return claimExcuse(pod, world) ?? heldBackExcuse(pod, world) ?? noNodeFits(pod, world);
}

/** Whether a scheduler of the cluster has a profile of that name. */
function isServed(schedulerName: string, world: World): boolean {
  const schedulers = world.processes.filter(({ name }) => name.startsWith("kube-scheduler"));
  if (schedulers.length === 0) return schedulerName === "default-scheduler";
  return schedulers.some(({ name }) =>
    (cast<SchedulerState | undefined>(world.memory(name))?.serves ?? ["default-scheduler"]).includes(schedulerName),
  );
}

function nodeExcuse(node: string, world: World): string | undefined {
  if (!world.objects("nodes").has(node)) {
    // The pod garbage collector removes pods of nodes that are gone.
    const collects = world.processes.some(
      (process) => process.name.startsWith("kube-controller-manager") && process.up,
    );
    return collects ? undefined : `its node ${node} is gone`;
  }
  if (!world.powered(node)) return `its node ${node} is off`;
  const kubelet = world.processes.find((process) => process.node === node && process.name.startsWith("kubelet"));
  return kubelet?.up === false ? `the kubelet of ${node} is down` : undefined;
}

/** deletionTimestamp is when the grace period ends. */
function graceExcuse(pod: Pod, world: World): string | undefined {
  const ends = parseTimestamp(pod.metadata.deletionTimestamp ?? "");
  return ends + GRACE_SLACK_MS > world.now ? "its grace period has hardly ended" : undefined;
}

/** A container that was made to crash before waits for up to 5 min, and the kubelet looks up to half as long later. */
function backOffExcuse(pod: Pod, world: World): string | undefined {
  for (const status of [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]) {
    if (status.state?.waiting?.reason !== "CrashLoopBackOff") continue;
    const finished = status.lastState?.terminated?.finishedAt ?? status.state.terminated?.finishedAt;
    if (finished !== undefined && parseTimestamp(finished) + BACK_OFF_MS > world.now)
      return `its container ${status.name} waits for its back-off`;
  }
  return undefined;
}

function claimExcuse(pod: Pod, world: World): string | undefined {
  for (const volume of pod.spec.volumes ?? []) {
    const name = volume.persistentVolumeClaim?.claimName;
    if (name === undefined) continue;
    const claim = cast<PersistentVolumeClaim | undefined>(
      world.objects("persistentvolumeclaims").get(`${pod.metadata.namespace}/${name}`),
    );
    if (claim === undefined) return `its claim ${name} does not exist`;
    if (claim.status?.phase !== "Bound") return `its claim ${name} is ${claim.status?.phase ?? "Pending"}`;
  }
  return undefined;
}

function statusExcuse(pod: Pod): string | undefined {
  for (const status of [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]) {
    const reason = status.state?.waiting?.reason ?? "";
    if (HOPELESS.includes(reason)) return `its container ${status.name} is in ${reason}`;
    if (status.state?.terminated !== undefined) return `its container ${status.name} ends again and again`;
  }
  return undefined;
}

function finalizerOf(object: { readonly metadata: { readonly finalizers?: readonly string[] } }): string | undefined {
  const finalizer = object.metadata.finalizers?.[0];
  return finalizer === undefined ? undefined : `the finalizer ${finalizer} holds it`;
}

/** A quota of the namespace that has no room for one more pod of the workload. */
function quotaExcuse(workload: ApiObject, world: World): string | undefined {
  const template = cast<{ spec?: { template?: { spec?: Pod["spec"] } } }>(workload).spec?.template?.spec;
  if (template === undefined) return undefined;
  const wanted = podRequests(cast<Pod>({ spec: template }));
  for (const object of world.objects("resourcequotas").values()) {
    if (object.metadata.namespace !== workload.metadata.namespace) continue;
    const { hard = {}, used = {} } = cast<ResourceQuota>(object).status ?? {};
    for (const name in hard) {
      const resource = name.replace(/^(requests\.|count\/)/, "");
      const milli = (wanted[resource] ?? 0) * (resource === "cpu" ? 1 : 1000);
      if (milli > 0 && quantityMilli(used[name]) + milli > quantityMilli(hard[name]))
        return `ResourceQuota ${object.metadata.name} has no ${name} left`;
    }
  }
  return undefined;
}

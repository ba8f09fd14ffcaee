import type { ClusterSpec, SchedulerSpec } from "../../cluster/cluster-spec.ts";
import type { Millis } from "../../base/units.ts";
import type { KubeletConfig } from "../../kubelet/config.ts";
import { imageBehaviours } from "./image-behaviours.ts";
import { isFault, nodesOf } from "./plan.ts";
import type { ClusterPlan, Plan, SchedulerPlan } from "./plan.ts";

/** The cluster that a plan asks for. */
export function clusterSpecOf({ spec }: Plan): ClusterSpec {
  const joins = joinsOf(spec.cluster);
  return {
    ...(Object.keys(joins).length > 0 && { joins }),
    ...(usesVolumes({ spec }) && { volumes: true as const }),
    ...(usesQuotas({ spec }) && { quotas: true as const }),
    seed: spec.seed,
    nodes: kubeletsOf(spec.cluster),
    images: imageBehaviours(spec.images),
    latencyMs: spec.cluster.network.latencyMs,
    schedule: spec.schedule,
    mode: spec.mode,
    mutants: spec.mutants,
    ...(spec.cluster.controlPlane.apiServers > 1 && { apiServers: spec.cluster.controlPlane.apiServers }),
    ...(spec.cluster.schedulers !== undefined && { schedulers: spec.cluster.schedulers.map(schedulerOf) }),
  };
}

const VOLUME_KINDS: readonly string[] = ["PersistentVolume", "PersistentVolumeClaim", "StorageClass"];
const VOLUME_FIELDS: readonly string[] = ["persistentVolumeClaim", "volumeClaimTemplates", "volumeClaimTemplate"];

/** Whether any object of the plan is about volumes. */
export function usesVolumes({ spec }: Pick<Plan, "spec">): boolean {
  return runsAll({ spec }) || spec.steps.some((step) => !isFault(step) && traitsOf(step.params).volumes);
}

/** Whether the plan makes a ResourceQuota. */
function usesQuotas({ spec }: Pick<Plan, "spec">): boolean {
  return runsAll({ spec }) || spec.steps.some((step) => !isFault(step) && traitsOf(step.params).quotas);
}

function runsAll({ spec }: Pick<Plan, "spec">): boolean {
  return spec.cluster.controlPlane.controllers === "all";
}

/** What a step is about, known as long as it is: the plans of a family share most of theirs. */
interface Traits {
  readonly volumes: boolean;
  readonly quotas: boolean;
}

const known = new WeakMap<object, Traits>();

function traitsOf(params: object): Traits {
  let traits = known.get(params);
  if (traits === undefined) {
    traits = { volumes: speaksOfVolumes(params), quotas: makesQuota(params) };
    known.set(params, traits);
  }
  return traits;
}

function makesQuota(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(makesQuota);
  return Object.entries(value).some(([field, part]) =>
    field === "kind" ? part === "ResourceQuota" : makesQuota(part),
  );
}

function speaksOfVolumes(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(speaksOfVolumes);
  return Object.entries(value).some(
    ([field, part]) =>
      VOLUME_FIELDS.includes(field) ||
      (field === "kind" && VOLUME_KINDS.includes(String(part))) ||
      speaksOfVolumes(part),
  );
}

function joinsOf(cluster: ClusterPlan): { readonly [node: string]: Millis } {
  const late = nodesOf(cluster).filter(({ group }) => (group.joinsAt ?? 0) > 0);
  return Object.fromEntries(late.map(({ name, group }) => [name, group.joinsAt ?? 0]));
}

function schedulerOf({ name, config, attemptMs, permitMs }: SchedulerPlan): SchedulerSpec {
  return {
    process: name === "kube-scheduler" ? name : `kube-scheduler/${name}`,
    ...(config !== undefined && { config }),
    ...(attemptMs !== undefined && { attemptMs }),
    ...(permitMs !== undefined && { permitMs }),
  };
}

/** The kubelets of a cluster: node i has address 172.16.x.y and the pod network 10.x.y.0/24. */
function kubeletsOf(cluster: ClusterPlan): KubeletConfig[] {
  return nodesOf(cluster).map(({ name, zone, group }, i) => ({
    node: name,
    internalIp: `172.16.${(i + 10) >> 8}.${(i + 10) & 255}`,
    podCidr: `10.${244 + (i >> 8)}.${i & 255}.0/24`,
    cpu: group.cpu,
    memory: group.memory,
    maxPods: group.pods,
    labels: { ...(zone !== undefined && { "topology.kubernetes.io/zone": zone }), ...group.labels },
    taints: group.taints,
  }));
}

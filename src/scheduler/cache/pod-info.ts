import type { Pod, PodAffinityTerm, PodSpec, PodStatus, WeightedPodAffinityTerm } from "../../api/types/core-v1.ts";
import { sameJson } from "../../base/same-json.ts";
import { withField } from "../../base/with-field.ts";
import type { Requests, ResourceTotals } from "./requests.ts";
import { hasPodLevelRequests, NON_ZERO_DEFAULTS, podRequests, podRequestTotals, requestsOf } from "./requests.ts";
import type { Recent } from "./recent.ts";
import { emptyRecent, recall, remember } from "./recent.ts";
import type { HostPort } from "./host-ports.ts";
import { hostPortsOf } from "./host-ports.ts";

/** What is derived once from an immutable pod spec. Not state: it can be computed again at any time. */
export interface SpecInfo {
  /** Requests without status: what an incoming pod asks for. */
  readonly requests: Requests;
  readonly totals: ResourceTotals;
  /** Requests with defaults for containers that name none: what scoring of NodeResourcesFit takes, without pod-level requests. */
  readonly scored: ResourceTotals;
  readonly nonZeroCpuMilli: number;
  readonly nonZeroMemory: number;
  readonly hostPorts: readonly HostPort[];
  readonly requiredAffinity: readonly PodAffinityTerm[];
  readonly requiredAntiAffinity: readonly PodAffinityTerm[];
  readonly preferredAffinity: readonly WeightedPodAffinityTerm[];
  readonly preferredAntiAffinity: readonly WeightedPodAffinityTerm[];
  /** Whether any pod (anti-)affinity is declared: upstream's PodsWithAffinity. */
  readonly hasPodAffinity: boolean;
  /** Image names and shape of the pod, once somebody has asked (ImageLocality, columns). */
  images: readonly string[] | undefined;
  shape: string | undefined;
}

/** What a pod takes on its node. */
export interface Accounted {
  readonly requests: Requests;
  readonly nonZeroCpuMilli: number;
  readonly nonZeroMemory: number;
}

const specInfos: Recent<PodSpec, SpecInfo> = emptyRecent();
const LATEST = 4;
const latest: { readonly spec: PodSpec; readonly info: SpecInfo }[] = [];
let nextLatest = 0;
/** Who asks for a spec asks for it several times in a row. */
let lastSpec: PodSpec | undefined;
let lastInfo: SpecInfo | undefined;
const accounts = new WeakMap<Pod, Accounted>();
const NONE: readonly never[] = [];

/** The derived data of a pod's spec. */
export function specInfo(pod: Pod): SpecInfo {
  const { spec } = pod;
  if (spec === lastSpec && lastInfo !== undefined) return lastInfo;
  let info = recall(specInfos, spec);
  if (info === undefined) {
    info = infoOfEqual(pod.spec);
    if (info === undefined) {
      info = deriveSpec(pod);
      latest[nextLatest] = { spec: pod.spec, info };
      nextLatest = (nextLatest + 1) % LATEST;
    }
    remember(specInfos, spec, info);
  }
  lastSpec = spec;
  lastInfo = info;
  return info;
}

/** Pods often come in rows of equals: what was derived from one of the latest specs serves one that tells plugins the same. */
function infoOfEqual(spec: PodSpec): SpecInfo | undefined {
  for (let i = 0; i < latest.length; i += 1) {
    const known = latest[i] as (typeof latest)[number];
    if (saysTheSame(known.spec, spec)) return known.info;
  }
  return undefined;
}

/** Whether two specs have the same SpecInfo: they agree in all that `deriveSpec`, the image names and `shapeKey` read. */
function saysTheSame(a: PodSpec, b: PodSpec): boolean {
  return (
    sameContainers(a.containers, b.containers) &&
    sameContainers(a.initContainers, b.initContainers) &&
    sameJson(a.tolerations, b.tolerations) &&
    sameJson(a.nodeSelector, b.nodeSelector) &&
    sameJson(a.affinity, b.affinity) &&
    sameJson(a.topologySpreadConstraints, b.topologySpreadConstraints) &&
    sameJson(a.overhead, b.overhead) &&
    sameJson(a.resources, b.resources) &&
    a.hostNetwork === b.hostNetwork &&
    a.hostUsers === b.hostUsers &&
    sameImageVolumes(a.volumes, b.volumes)
  );
}

function sameContainers(a: PodSpec["initContainers"], b: PodSpec["initContainers"]): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  return a.every((one, i) => {
    const other = b[i];
    return (
      one.image === other?.image &&
      one.restartPolicy === other?.restartPolicy &&
      sameJson(one.resources, other?.resources) &&
      sameJson(one.ports, other?.ports) &&
      sameJson(one.restartPolicyRules, other?.restartPolicyRules)
    );
  });
}

function sameImageVolumes(a: PodSpec["volumes"], b: PodSpec["volumes"]): boolean {
  if (a?.length !== b?.length) return false;
  return a === b || a === undefined || a.every(({ image }, i) => image?.reference === b?.[i]?.image?.reference);
}

/** What the pod takes on a node: by its spec, or by its status while a resize in place is known. */
export function accounted(pod: Pod): Accounted {
  if (statusRepeatsSpec(pod)) return specInfo(pod);
  let account = accounts.get(pod);
  if (account === undefined) {
    const requests = podRequests(pod, { status: true, podLevel: true });
    account = { requests, ...nonZeroOf(pod, true) };
    accounts.set(pod, account);
  }
  return account;
}

/** Requests by resource name, by status while a resize in place is known. */
export function accountedTotals(pod: Pod): ResourceTotals {
  return statusRepeatsSpec(pod) ? specInfo(pod).totals : podRequestTotals(pod, { status: true, podLevel: true });
}

/** Higher is more important; a pod without priority has 0. */
export function podPriority(pod: Pod): number {
  return pod.spec.priority ?? 0;
}

/** Identity of a pod: its UID, or its key where there is none. */
export function podUid(pod: Pod): string {
  return pod.metadata.uid ?? podKey(pod);
}

/** "namespace/name" of a pod. */
export function podKey(pod: Pod): string {
  return `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`;
}

function deriveSpec(pod: Pod): SpecInfo {
  const affinity = pod.spec.affinity;
  const totals = podRequestTotals(pod, { status: false, podLevel: true });
  return {
    requests: requestsOf(totals),
    totals,
    scored: podRequestTotals(pod, { status: false, podLevel: false, defaults: NON_ZERO_DEFAULTS }),
    ...nonZeroOf(pod, false),
    hostPorts: hostPortsOf(pod),
    requiredAffinity: affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? NONE,
    requiredAntiAffinity: affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? NONE,
    preferredAffinity: affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? NONE,
    preferredAntiAffinity: affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? NONE,
    hasPodAffinity: affinity?.podAffinity !== undefined || affinity?.podAntiAffinity !== undefined,
    images: undefined,
    shape: undefined,
  };
}

/** Pods with pod-level requests take defaults only for what the whole lacks. */
function nonZeroOf(pod: Pod, status: boolean): { readonly nonZeroCpuMilli: number; readonly nonZeroMemory: number } {
  let defaults: ResourceTotals = NON_ZERO_DEFAULTS;
  if (hasPodLevelRequests(pod)) {
    const totals = podRequestTotals(pod, { status, podLevel: true });
    defaults = new Map([...NON_ZERO_DEFAULTS].filter(([name]) => !totals.has(name)));
  }
  const requests = requestsOf(podRequestTotals(pod, { status, podLevel: true, defaults }));
  return { nonZeroCpuMilli: requests.cpuMilli, nonZeroMemory: requests.memory };
}

/** Whether the status tells no other resources than the spec: always but while a resize in place is under way. HOT. */
function statusRepeatsSpec({ spec, status }: Pod): boolean {
  if (status === undefined) return true;
  if (status.resources !== undefined && spec.resources !== undefined) return false;
  return (
    repeats(spec.containers, status.containerStatuses) && repeats(spec.initContainers, status.initContainerStatuses)
  );
}

function repeats(containers: PodSpec["initContainers"], statuses: PodStatus["containerStatuses"]): boolean {
  for (const { name, resources, allocatedResources } of statuses ?? NONE) {
    if (resources === undefined) continue;
    const requests = containers?.find((container) => container.name === name)?.resources?.requests;
    if (!sameJson(resources.requests, requests)) return false;
    if (allocatedResources !== undefined && !sameJson(allocatedResources, requests)) return false;
  }
  return true;
}

/** The pod as if it were bound to `node`; what is known of its spec is at hand for who asks next. */
export function boundTo(pod: Pod, node: string): Pod {
  const info = specInfo(pod);
  lastSpec = withField(pod.spec, "nodeName", node);
  lastInfo = info;
  return { ...pod, spec: lastSpec };
}

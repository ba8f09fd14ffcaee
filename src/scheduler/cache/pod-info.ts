import type { Pod, PodAffinityTerm, PodSpec, WeightedPodAffinityTerm } from "../../api/types/core-v1.ts";
import { sameJson } from "../../base/same-json.ts";
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

/** Pods often come in rows of equals: what was derived from one of the latest specs serves an equal one. */
function infoOfEqual(spec: PodSpec): SpecInfo | undefined {
  for (let i = 0; i < latest.length; i += 1) {
    const known = latest[i] as (typeof latest)[number];
    if (sameButForNode(known.spec, spec)) return known.info;
  }
  return undefined;
}

function sameButForNode(a: PodSpec, b: PodSpec): boolean {
  let more = 0;
  let key: keyof PodSpec;
  for (key in a) {
    if (key === "nodeName") continue;
    if (!sameJson(a[key], b[key])) return false;
    more += 1;
  }
  for (key in b) if (key !== "nodeName") more -= 1;
  return more === 0;
}

/** What the pod takes on a node: by its spec, or by its status while a resize in place is known. */
export function accounted(pod: Pod): Accounted {
  if (!hasStatusResources(pod)) return specInfo(pod);
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
  return hasStatusResources(pod) ? podRequestTotals(pod, { status: true, podLevel: true }) : specInfo(pod).totals;
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

function hasStatusResources(pod: Pod): boolean {
  const status = pod.status;
  if (status === undefined) return false;
  if (status.resources !== undefined) return true;
  for (const container of status.containerStatuses ?? NONE) if (container.resources !== undefined) return true;
  for (const container of status.initContainerStatuses ?? NONE) if (container.resources !== undefined) return true;
  return false;
}

/** The pod as if it were bound to `node`; what is known of its spec is at hand for who asks next. */
export function boundTo(pod: Pod, node: string): Pod {
  const info = specInfo(pod);
  lastSpec = { ...pod.spec, nodeName: node };
  lastInfo = info;
  return { ...pod, spec: lastSpec };
}

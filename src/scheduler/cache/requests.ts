import type { Container, ContainerStatus, Pod } from "../../api/types/core-v1.ts";
import { parseQuantity } from "../../api/quantity.ts";

/** What a pod asks of a node, in the units of NodeInfo: milli-CPU, bytes, counts. */
export interface Requests {
  readonly cpuMilli: number;
  readonly memory: number;
  readonly ephemeralStorage: number;
  /** Extended and other scalar resources by name, in order of the name; a requested zero is listed. */
  readonly scalars: readonly (readonly [name: string, value: number])[];
}

/** How PodRequests is to be computed (component-helpers/resource PodResourcesOptions). */
export interface RequestOptions {
  /** Take what is allocated and actuated by an in-place resize into account. */
  readonly status: boolean;
  readonly podLevel: boolean;
  /** Defaults for containers that lack the resource. */
  readonly defaults?: ResourceTotals;
}

/** Amounts by resource name: nano-CPU for "cpu", thousandths of a unit for everything else, so that sums are exact. */
export type ResourceTotals = ReadonlyMap<string, number>;

type ResourceList = { readonly [name: string]: string } | undefined;

export const DEFAULT_CPU_MILLI = 100;
export const DEFAULT_MEMORY = 209_715_200;
export const NON_ZERO_DEFAULTS: ResourceTotals = new Map([
  ["cpu", DEFAULT_CPU_MILLI * 1_000_000],
  ["memory", DEFAULT_MEMORY * 1000],
]);

const cpuCache = new Map<string, number>();
const otherCache = new Map<string, number>();

/** One quantity in the units of ResourceTotals. */
function amount(name: string, text: string): number {
  const cache = name === "cpu" ? cpuCache : otherCache;
  const known = cache.get(text);
  if (known !== undefined) return known;
  const nano = parseQuantity(text) ?? 0n;
  const value = name === "cpu" ? Number(nano) : Number((nano + 999_999n) / 1_000_000n);
  if (cache.size < 50_000) cache.set(text, value);
  return value;
}

/** Scalar resources of NodeInfo: extended, hugepages-*, prefixed native and attachable-volumes-*. */
export function isScalarResource(name: string): boolean {
  if (name.startsWith("hugepages-") || name.startsWith("attachable-volumes-")) return true;
  return name.includes("/") && (name.includes("kubernetes.io/") || !name.startsWith("requests."));
}

/** Extended resources: domain-qualified and not Kubernetes' own. */
export function isExtendedResource(name: string): boolean {
  return name.includes("/") && !name.includes("kubernetes.io/") && !name.startsWith("requests.");
}

/** Sum over the containers of a pod as upstream's PodRequests: init containers by maximum, sidecars added, overhead last. */
export function podRequestTotals(pod: Pod, options: RequestOptions): ResourceTotals {
  const totals = containerTotals(pod, options);
  if (options.podLevel) overwriteByPodLevel(totals, pod, options.status);
  add(totals, pod.spec.overhead);
  return totals;
}

/** The same as amounts in the units of NodeInfo, rounded up. */
export function podRequests(pod: Pod, options: RequestOptions): Requests {
  return requestsOf(podRequestTotals(pod, options));
}

/** Rounds totals up to the units of NodeInfo. */
export function requestsOf(totals: ResourceTotals): Requests {
  let scalars: [string, number][] | undefined;
  for (const [name, value] of totals) {
    if (!isScalarResource(name)) continue;
    scalars ??= [];
    scalars.push([name, Math.ceil(value / 1000)]);
  }
  scalars?.sort((a, b) => (a[0] < b[0] ? -1 : 1));
  return {
    cpuMilli: Math.ceil((totals.get("cpu") ?? 0) / 1_000_000),
    memory: Math.ceil((totals.get("memory") ?? 0) / 1000),
    ephemeralStorage: Math.ceil((totals.get("ephemeral-storage") ?? 0) / 1000),
    scalars: scalars ?? NO_SCALARS,
  };
}

const NO_SCALARS: readonly (readonly [string, number])[] = [];

/** Whether spec.resources.requests names a resource that pod-level resources may set. */
export function hasPodLevelRequests(pod: Pod): boolean {
  for (const name in pod.spec.resources?.requests) if (isPodLevelResource(name)) return true;
  return false;
}

function isPodLevelResource(name: string): boolean {
  return name === "cpu" || name === "memory" || name.startsWith("hugepages-");
}

function containerTotals(pod: Pod, options: RequestOptions): Map<string, number> {
  const totals = new Map<string, number>();
  const infeasible = options.status && resizeInfeasible(pod);
  for (const container of pod.spec.containers) {
    const status = options.status ? statusOf(container, pod.status?.containerStatuses) : undefined;
    addTotals(totals, containerRequests(container, status, infeasible, options.defaults));
  }
  const inits = pod.spec.initContainers;
  if (inits === undefined || inits.length === 0) return totals;
  const initMax = new Map<string, number>();
  const restartable = new Map<string, number>();
  for (const container of inits) {
    const sidecar = container.restartPolicy === "Always";
    const status = options.status && sidecar ? statusOf(container, pod.status?.initContainerStatuses) : undefined;
    const own = containerRequests(container, status, infeasible, options.defaults);
    if (sidecar) {
      addTotals(totals, own);
      addTotals(restartable, own);
      raise(initMax, restartable);
    } else {
      const candidate = new Map(own);
      addTotals(candidate, restartable);
      raise(initMax, candidate);
    }
  }
  raise(totals, initMax);
  return totals;
}

/** Requests of one container; with a status that tells resources, what is requested, actuated or allocated, whichever is most. */
function containerRequests(
  container: Container,
  status: ContainerStatus | undefined,
  infeasible: boolean,
  defaults: ResourceTotals | undefined,
): Map<string, number> {
  const own = new Map<string, number>();
  if (status?.resources === undefined) add(own, container.resources?.requests);
  else {
    if (!infeasible) add(own, container.resources?.requests);
    raiseBy(own, status.resources.requests);
    raiseBy(own, status.allocatedResources);
  }
  if (defaults !== undefined) for (const [name, value] of defaults) if (!own.has(name)) own.set(name, value);
  return own;
}

function overwriteByPodLevel(totals: Map<string, number>, pod: Pod, useStatus: boolean): void {
  const requests = pod.spec.resources?.requests;
  if (requests === undefined || !hasPodLevelRequests(pod)) return;
  const actuated = pod.status?.resources;
  const fromStatus = useStatus && actuated !== undefined;
  const infeasible = fromStatus && resizeInfeasible(pod);
  for (const name in requests) {
    if (!isPodLevelResource(name)) continue;
    let value = infeasible ? 0 : amount(name, requests[name] ?? "0");
    if (fromStatus) {
      const inStatus = actuated.requests?.[name];
      const allocated = pod.status?.allocatedResources?.[name];
      if (inStatus !== undefined) value = Math.max(value, amount(name, inStatus));
      if (allocated !== undefined) value = Math.max(value, amount(name, allocated));
    }
    totals.set(name, value);
  }
}

function resizeInfeasible(pod: Pod): boolean {
  for (const condition of pod.status?.conditions ?? [])
    if (condition.type === "PodResizePending" && condition.reason === "Infeasible") return true;
  return false;
}

function statusOf(container: Container, statuses: readonly ContainerStatus[] | undefined): ContainerStatus | undefined {
  return statuses?.find((status) => status.name === container.name);
}

function add(totals: Map<string, number>, list: ResourceList): void {
  for (const name in list) totals.set(name, (totals.get(name) ?? 0) + amount(name, list[name] ?? "0"));
}

function addTotals(totals: Map<string, number>, more: ResourceTotals): void {
  for (const [name, value] of more) totals.set(name, (totals.get(name) ?? 0) + value);
}

function raise(totals: Map<string, number>, other: ResourceTotals): void {
  for (const [name, value] of other) {
    const own = totals.get(name);
    if (own === undefined || value > own) totals.set(name, value);
  }
}

function raiseBy(totals: Map<string, number>, list: ResourceList): void {
  for (const name in list) {
    const value = amount(name, list[name] ?? "0");
    const own = totals.get(name);
    if (own === undefined || value > own) totals.set(name, value);
  }
}

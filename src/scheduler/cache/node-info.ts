import type { Node, Pod } from "../../api/types/core-v1.ts";
import { quantityMilli, quantityValue } from "../../api/quantity.ts";
import type { UsedPorts } from "./host-ports.ts";
import { freePorts, takePorts } from "./host-ports.ts";
import type { Accounted } from "./pod-info.ts";
import { accounted, podUid, specInfo } from "./pod-info.ts";
import { isScalarResource } from "./requests.ts";

/** Amounts that change as pods come and go. */
export interface Resources {
  cpuMilli: number;
  memory: number;
  ephemeralStorage: number;
  readonly scalars: Map<string, number>;
}

/** A node with its pods and the sums over them, kept incrementally. Plain data. */
export interface NodeInfo {
  /** Absent: pods are bound to a node that is not (or no longer) known. */
  node: Node | undefined;
  readonly name: string;
  /** Appended on add; a removal moves the last pod into the hole. */
  readonly pods: Pod[];
  readonly podsWithAffinity: Pod[];
  readonly podsWithRequiredAntiAffinity: Pod[];
  readonly requested: Resources;
  nonZeroCpuMilli: number;
  nonZeroMemory: number;
  readonly ports: UsedPorts;
  allocatable: Resources;
  allowedPods: number;
  /** Sizes and, as of the last snapshot that saw a change of this node, counts of nodes, by image name. */
  images: Map<string, ImageSummary>;
  /** Version of the image states that `images` shows. */
  imagesFrozenAt: number;
  /** Place in the snapshot's list; -1 outside. */
  row: number;
}

/** What ImageLocality knows of one image on a node. */
export interface ImageSummary {
  readonly size: number;
  readonly nodes: number;
}

/** A placeholder for pods on a node that is not known. */
export function emptyNodeInfo(name: string): NodeInfo {
  return {
    node: undefined,
    name,
    pods: [],
    podsWithAffinity: [],
    podsWithRequiredAntiAffinity: [],
    requested: noResources(),
    nonZeroCpuMilli: 0,
    nonZeroMemory: 0,
    ports: new Map(),
    allocatable: noResources(),
    allowedPods: 0,
    images: new Map(),
    imagesFrozenAt: 0,
    row: -1,
  };
}

/** Replaces the Node object and what is read from its status. */
export function setNode(info: NodeInfo, node: Node | undefined): void {
  info.node = node;
  const list = node?.status?.allocatable;
  const resources = noResources();
  for (const name in list) {
    const text = list[name];
    if (name === "cpu") resources.cpuMilli = quantityMilli(text);
    else if (name === "memory") resources.memory = quantityValue(text);
    else if (name === "ephemeral-storage") resources.ephemeralStorage = quantityValue(text);
    else if (isScalarResource(name)) resources.scalars.set(name, quantityValue(text));
  }
  info.allocatable = resources;
  info.allowedPods = quantityValue(list?.["pods"]);
}

/** Adds a pod and what it takes. */
export function addPodToNode(info: NodeInfo, pod: Pod): void {
  info.pods.push(pod);
  const spec = specInfo(pod);
  if (spec.hasPodAffinity) {
    info.podsWithAffinity.push(pod);
    if (spec.requiredAntiAffinity.length > 0) info.podsWithRequiredAntiAffinity.push(pod);
  }
  account(info, pod, 1);
  if (spec.hostPorts.length > 0) takePorts(info.ports, spec.hostPorts);
}

/** Removes the pod with the same UID; false when it is not there. */
export function removePodFromNode(info: NodeInfo, pod: Pod): boolean {
  const uid = podUid(pod);
  const removed = removeByUid(info.pods, uid);
  if (removed === undefined) return false;
  const spec = specInfo(removed);
  if (spec.hasPodAffinity) {
    removeByUid(info.podsWithAffinity, uid);
    if (spec.requiredAntiAffinity.length > 0) removeByUid(info.podsWithRequiredAntiAffinity, uid);
  }
  account(info, removed, -1);
  if (spec.hostPorts.length > 0) freePorts(info.ports, spec.hostPorts);
  return true;
}

/**
 * Puts a pod in the place of its former self if it takes and says the same, as when only its status was written; false when it
 * must be removed and added. HOT: the order of the pods is that of a removal and an addition.
 */
export function replacePodOnNode(info: NodeInfo, before: Pod, after: Pod): boolean {
  if (before.metadata.labels !== after.metadata.labels) return false;
  if (before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp) return false;
  const spec = specInfo(after);
  if (before.spec !== after.spec && spec !== specInfo(before)) return false;
  const { hasPodAffinity, hostPorts } = spec;
  // A removal frees ports that others hold as well, and an addition takes them again.
  if (hasPodAffinity || hostPorts.length > 0 || !takesTheSame(accounted(before), accounted(after))) return false;
  if (removeByUid(info.pods, podUid(before)) === undefined) return false;
  info.pods.push(after);
  return true;
}

function takesTheSame(a: Accounted, b: Accounted): boolean {
  if (a === b) return true;
  const { cpuMilli, memory, ephemeralStorage, scalars } = a.requests;
  const other = b.requests;
  if (cpuMilli !== other.cpuMilli || memory !== other.memory || ephemeralStorage !== other.ephemeralStorage)
    return false;
  if (a.nonZeroCpuMilli !== b.nonZeroCpuMilli || a.nonZeroMemory !== b.nonZeroMemory) return false;
  if (scalars.length !== other.scalars.length) return false;
  return scalars.every(([name, value], i) => other.scalars[i]?.[0] === name && other.scalars[i][1] === value);
}

/** A copy whose pods and sums can be changed without touching the original. */
export function cloneNodeInfo(info: NodeInfo): NodeInfo {
  const { requested } = info;
  return {
    ...info,
    pods: [...info.pods],
    podsWithAffinity: [...info.podsWithAffinity],
    podsWithRequiredAntiAffinity: [...info.podsWithRequiredAntiAffinity],
    requested: { ...requested, scalars: new Map(requested.scalars) },
    ports: new Map([...info.ports].map(([at, addresses]) => [at, new Set(addresses)])),
  };
}

function noResources(): Resources {
  return { cpuMilli: 0, memory: 0, ephemeralStorage: 0, scalars: new Map() };
}

function account(info: NodeInfo, pod: Pod, sign: 1 | -1): void {
  const taken = accounted(pod);
  const { requests } = taken;
  const { requested } = info;
  requested.cpuMilli += sign * requests.cpuMilli;
  requested.memory += sign * requests.memory;
  requested.ephemeralStorage += sign * requests.ephemeralStorage;
  for (const [name, value] of requests.scalars)
    requested.scalars.set(name, (requested.scalars.get(name) ?? 0) + sign * value);
  info.nonZeroCpuMilli += sign * taken.nonZeroCpuMilli;
  info.nonZeroMemory += sign * taken.nonZeroMemory;
}

function removeByUid(pods: Pod[], uid: string): Pod | undefined {
  for (let i = 0; i < pods.length; i += 1) {
    const pod = pods[i];
    if (pod === undefined || podUid(pod) !== uid) continue;
    const last = pods.pop();
    if (last !== undefined && last !== pod) pods[i] = last;
    return pod;
  }
  return undefined;
}

import type { Node, Pod } from "../../api/types/core-v1.ts";
import { assert } from "../../base/assert.ts";
import type { ImageStates } from "./image-states.ts";
import { emptyImageStates, freezeImages, setNodeImages } from "./image-states.ts";
import type { NodeInfo } from "./node-info.ts";
import { addPodToNode, emptyNodeInfo, removePodFromNode, replacePodOnNode, setNode } from "./node-info.ts";
import type { NodeTree } from "./node-tree.ts";
import { emptyNodeTree, listTree, putInTree, removeFromTree } from "./node-tree.ts";
import { noteGeneration, showCopies } from "./per-node-generation.ts";
import type { PerNodeGenerations } from "./per-node-generation.ts";
import { podUid, specInfo } from "./pod-info.ts";

/** The scheduler's picture of nodes and of the pods on them. Plain data. */
export interface SchedulerCache {
  /** By name, placeholders for unknown nodes included. */
  readonly nodes: Map<string, NodeInfo>;
  readonly tree: NodeTree;
  /** Pods on nodes by UID; `assumed` until the informer confirms the binding. */
  readonly pods: Map<string, CachedPod>;
  readonly images: ImageStates;
  /** Names of nodes with pods that declare pod (anti-)affinity. */
  readonly withAffinity: Set<string>;
  readonly withRequiredAntiAffinity: Set<string>;
  readonly snapshot: Snapshot;
  /** Nodes that came or went since the last snapshot, and nodes of which anything changed. */
  readonly cameOrWent: Set<string>;
  readonly dirty: Set<string>;
  /** Set while a planted bug counts the changes of each node for itself. */
  perNode?: PerNodeGenerations;
}

/** A pod and where it counts; an assumed one may not name its node yet. */
export interface CachedPod {
  readonly pod: Pod;
  readonly node: string;
  readonly assumed: boolean;
}

/** The nodes in the order in which they are examined. The infos are the cache's own: nothing changes during an attempt. */
export interface Snapshot {
  list: NodeInfo[];
  readonly names: Set<string>;
  /** Grows when the list is made anew. */
  version: number;
  /** What changed, in order; the first entry is change number `changedFrom` since the list was made. */
  changes: SnapshotChanges;
  changedFrom: number;
  /** Whether somebody reads the changes; without, they are only counted. */
  followed: boolean;
}

/** Changes since the list was made, entry by entry in three lists: a pod came to (1) or left (-1) a row, or its node changed (0). */
export interface SnapshotChanges {
  readonly rows: number[];
  readonly pods: (Pod | undefined)[];
  readonly by: (1 | -1 | 0)[];
}

const MAX_CHANGES = 8192;

/** A cache without nodes. */
export function emptyCache(): SchedulerCache {
  return {
    nodes: new Map(),
    tree: emptyNodeTree(),
    pods: new Map(),
    images: emptyImageStates(),
    withAffinity: new Set(),
    withRequiredAntiAffinity: new Set(),
    snapshot: { list: [], names: new Set(), version: 0, changes: noChanges(), changedFrom: 0, followed: false },
    cameOrWent: new Set(),
    dirty: new Set(),
  };
}

/** Adds or replaces a node. */
export function putNode(cache: SchedulerCache, node: Node): void {
  const name = node.metadata.name;
  const info = infoOf(cache, name);
  if (info.node === undefined) cache.cameOrWent.add(name);
  putInTree(cache.tree, node);
  setNodeImages(cache.images, node, name);
  setNode(info, node);
  noteChange(cache.snapshot, info, undefined, 0);
  cache.dirty.add(name);
  if (cache.perNode !== undefined) noteGeneration(cache, name);
}

/** Forgets a node; its pods stay on a placeholder. */
export function removeNode(cache: SchedulerCache, name: string): void {
  const info = cache.nodes.get(name);
  if (info?.node === undefined) return;
  cache.cameOrWent.add(name);
  removeFromTree(cache.tree, name);
  setNodeImages(cache.images, undefined, name);
  setNode(info, undefined);
  if (cache.perNode !== undefined) noteGeneration(cache, name);
  dropIfEmpty(cache, info);
}

/** A bound pod is seen: it takes the place of an assumed one, also on another node than assumed. */
export function putPod(cache: SchedulerCache, pod: Pod): void {
  const known = cache.pods.get(podUid(pod));
  if (known !== undefined && replaces(cache, known, pod)) return;
  if (known !== undefined) detach(cache, known);
  attach(cache, { pod, node: pod.spec.nodeName ?? "", assumed: false });
}

/** Whether a pod could take the place of its former self, so that nothing about its node has changed. */
function replaces(cache: SchedulerCache, known: CachedPod, pod: Pod): boolean {
  const { node } = known;
  const info = cache.nodes.get(node);
  if (info === undefined || node !== pod.spec.nodeName || !replacePodOnNode(info, known.pod, pod)) return false;
  cache.pods.set(podUid(pod), { pod, node, assumed: false });
  if (cache.images.namesOf.size > 0) cache.dirty.add(node);
  if (cache.perNode !== undefined) noteGeneration(cache, node);
  return true;
}

/** A bound pod is gone. */
export function removePod(cache: SchedulerCache, pod: Pod): void {
  const known = cache.pods.get(podUid(pod));
  if (known === undefined) return;
  cache.pods.delete(podUid(pod));
  detach(cache, known);
}

/** Counts a pod on a node, its own if none is given, before the API server knows. */
export function assumePod(cache: SchedulerCache, pod: Pod, node: string = pod.spec.nodeName ?? ""): void {
  assert(!cache.pods.has(podUid(pod)), "a pod that is in the cache must not be assumed again");
  attach(cache, { pod, node, assumed: true });
}

/** Takes an assumption back; a pod that the informer has confirmed stays. */
export function forgetPod(cache: SchedulerCache, uid: string): boolean {
  const known = cache.pods.get(uid);
  if (known === undefined || !known.assumed) return false;
  cache.pods.delete(uid);
  detach(cache, known);
  return true;
}

/** Brings the snapshot up to date: the list changes only when the set of nodes does. */
export function refreshSnapshot(cache: SchedulerCache): Snapshot {
  const { snapshot } = cache;
  if (cache.perNode !== undefined) snapshot.list = cache.perNode.list;
  if (cache.cameOrWent.size > 0) {
    let changed = false;
    for (const name of cache.cameOrWent) if (snapshot.names.has(name) !== cache.tree.zoneOf.has(name)) changed = true;
    relist(cache, changed ? listTree(cache.tree) : snapshot.list.map((info) => info.name));
    cache.cameOrWent.clear();
  }
  if (cache.dirty.size > 0) {
    for (const name of cache.dirty) {
      const info = cache.nodes.get(name);
      if (info === undefined) continue;
      if (info.imagesFrozenAt === cache.images.version) continue;
      freezeImages(cache.images, info);
      noteChange(snapshot, info, undefined, 0);
    }
    cache.dirty.clear();
  }
  if (cache.perNode !== undefined) showCopies(cache);
  return snapshot;
}

function noChanges(): SnapshotChanges {
  return { rows: [], pods: [], by: [] };
}

/** The log is cut when it is long: who is behind starts anew. Nodes outside the list come with the next one. */
function noteChange(snapshot: Snapshot, { row }: NodeInfo, pod: Pod | undefined, by: 1 | -1 | 0): void {
  if (row < 0) return;
  if (!snapshot.followed) {
    snapshot.changedFrom += 1;
    return;
  }
  if (snapshot.changes.rows.length >= MAX_CHANGES) {
    snapshot.changedFrom += snapshot.changes.rows.length;
    snapshot.changes = noChanges();
  }
  const { changes } = snapshot;
  changes.rows.push(row);
  changes.pods.push(pod);
  changes.by.push(by);
}

function relist(cache: SchedulerCache, order: readonly string[]): void {
  const { snapshot } = cache;
  for (const info of snapshot.list) info.row = -1;
  snapshot.names.clear();
  snapshot.list = [];
  snapshot.version += 1;
  snapshot.changes = noChanges();
  snapshot.changedFrom = 0;
  for (const name of order) {
    const info = cache.nodes.get(name);
    assert(info?.node !== undefined, "the tree must name known nodes only");
    info.row = snapshot.list.length;
    snapshot.list.push(info);
    snapshot.names.add(name);
  }
}

function infoOf(cache: SchedulerCache, name: string): NodeInfo {
  let info = cache.nodes.get(name);
  if (info === undefined) {
    info = emptyNodeInfo(name);
    cache.nodes.set(name, info);
  }
  return info;
}

function attach(cache: SchedulerCache, placed: CachedPod): void {
  const { pod, node } = placed;
  const info = infoOf(cache, node);
  addPodToNode(info, pod);
  if (specInfo(pod).hasPodAffinity) noteAffinity(cache, info);
  noteChange(cache.snapshot, info, pod, 1);
  cache.pods.set(podUid(pod), placed);
  // Nobody has images: there is nothing to freeze.
  if (cache.images.namesOf.size > 0) cache.dirty.add(node);
  if (cache.perNode !== undefined) noteGeneration(cache, node);
}

function detach(cache: SchedulerCache, { pod, node }: CachedPod): void {
  const info = cache.nodes.get(node);
  if (info === undefined) return;
  removePodFromNode(info, pod);
  if (specInfo(pod).hasPodAffinity) noteAffinity(cache, info);
  noteChange(cache.snapshot, info, pod, -1);
  if (cache.images.namesOf.size > 0) cache.dirty.add(node);
  if (cache.perNode !== undefined) noteGeneration(cache, node);
  dropIfEmpty(cache, info);
}

function dropIfEmpty(cache: SchedulerCache, info: NodeInfo): void {
  if (info.node !== undefined || info.pods.length > 0) return;
  cache.nodes.delete(info.name);
  cache.perNode?.current.delete(info.name);
}

function noteAffinity(cache: SchedulerCache, info: NodeInfo): void {
  if (info.podsWithAffinity.length > 0) cache.withAffinity.add(info.name);
  else cache.withAffinity.delete(info.name);
  if (info.podsWithRequiredAntiAffinity.length > 0) cache.withRequiredAntiAffinity.add(info.name);
  else cache.withRequiredAntiAffinity.delete(info.name);
}

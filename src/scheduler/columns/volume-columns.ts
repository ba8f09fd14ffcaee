// HOT: attached volumes counted as pods come and go; NodeVolumeLimits' own counting node by node is the slow oracle.
import type { Pod } from "../../api/types/core-v1.ts";
import type { CSINode } from "../../api/types/storage-v1.ts";
import type { Snapshot } from "../cache/cache.ts";
import type { NodeInfo } from "../cache/node-info.ts";
import type { Environment } from "../framework/cycle.ts";
import type { Objects } from "../framework/objects.ts";
import type { Profile } from "../framework/profile.ts";
import type { Attachable } from "../plugins/node-volume-limits/attachable.ts";
import { collectAttachable } from "../plugins/node-volume-limits/attachable.ts";
import { TOO_MANY } from "../plugins/node-volume-limits/plugin.ts";
import { claimNameOf, claimOf, csiNodeNamed, isFullyBound, volumeNamed } from "../plugins/volume-binding/claims.ts";
import { newCycle, runPreFilter } from "../pre-filter.ts";
import type { Gate } from "./gate.ts";

/** How many volumes each node may still attach, by driver. */
export interface VolumeColumns {
  /** Objects' revision that it was made from, and the snapshot's list and changes. */
  readonly revision: number;
  readonly version: number;
  cursor: number;
  readonly rows: Int32Array;
  readonly csiNodes: readonly (CSINode | undefined)[];
  readonly drivers: Map<string, FreeSlots>;
  /** Pods of a row that use a volume, by row and "driver/handle". */
  readonly uses: Map<string, number>;
  /** Rows where a volume is attached, by "driver/handle". */
  readonly attached: Map<string, number>;
  /** A pod's volumes could not be told, or attachments are recorded apart from pods. */
  broken: boolean;
}

interface FreeSlots {
  /** By row; NO_LIMIT where the driver names none. */
  readonly free: Int32Array;
  /** No row has fewer; it may be more. */
  lowest: number;
}

const NO_LIMIT = 0x3fff_ffff;
const NONE: readonly Gate[] = [];

/** What volume plugins say of a pod: gates, or that no node is turned down; undefined: columns do not know. */
export function volumeGates(
  known: { current: VolumeColumns | undefined },
  environment: Environment,
  profile: Profile,
  pod: Pod,
): readonly Gate[] | undefined {
  const { objects, cache } = environment;
  const { snapshot } = cache;
  const revision = objects.revision?.();
  if (revision === undefined || !allBoundAnywhere(environment, profile, pod)) return undefined;
  const before = known.current;
  const stale =
    before === undefined ||
    before.revision !== revision ||
    before.version !== snapshot.version ||
    before.cursor < snapshot.changedFrom;
  const columns = stale ? newColumns(objects, snapshot, revision) : before;
  known.current = columns;
  followChanges(columns, objects, snapshot);
  if (columns.broken) return undefined;
  if (columns.drivers.size === 0 || !hasLimits(profile)) return NONE;
  return gatesFor(columns, objects, pod);
}

function hasLimits(profile: Profile): boolean {
  return profile.plugins.filter.some(({ name }) => name === "NodeVolumeLimits");
}

/** Whether, but for limits, the pod's volumes let it run on any node: all are bound, none is tied to a place. */
function allBoundAnywhere(environment: Environment, profile: Profile, pod: Pod): boolean {
  const { objects } = environment;
  const cycle = newCycle(environment, profile, pod);
  const { verdict, narrowed } = runPreFilter(cycle, ({ columns }) => columns === "volumes");
  if (verdict !== undefined || narrowed !== undefined) return false;
  for (const { name, columns } of profile.plugins.filter)
    if (
      columns === "volumes" &&
      (name === "VolumeRestrictions" || name === "VolumeZone") &&
      !cycle.skipFilter.has(name)
    )
      return false;
  for (const volume of pod.spec.volumes ?? []) {
    const name = claimNameOf(pod, volume);
    if (name === undefined) continue;
    const claim = claimOf(objects, pod, name);
    if (claim === undefined || !isFullyBound(claim)) return false;
    const bound = volumeNamed(objects, claim.spec?.volumeName ?? "");
    if (bound === undefined || bound.spec?.nodeAffinity !== undefined) return false;
  }
  return true;
}

function newColumns(objects: Objects, snapshot: Snapshot, revision: number): VolumeColumns {
  const { list } = snapshot;
  const n = list.length;
  const drivers = new Map<string, FreeSlots>();
  const csiNodes = list.map(({ name }) => csiNodeNamed(objects, name));
  for (const [row, csiNode] of csiNodes.entries()) {
    for (const { name, allocatable } of csiNode?.spec?.drivers ?? []) {
      if (allocatable?.count === undefined) continue;
      let slots = drivers.get(name);
      if (slots === undefined) {
        slots = { free: new Int32Array(n).fill(NO_LIMIT), lowest: NO_LIMIT };
        drivers.set(name, slots);
      }
      slots.free[row] = allocatable.count;
      slots.lowest = Math.min(slots.lowest, allocatable.count);
    }
  }
  const made: VolumeColumns = {
    revision,
    version: snapshot.version,
    cursor: snapshot.changedFrom + snapshot.changes.rows.length,
    rows: Int32Array.from({ length: n }, (_, row) => row),
    csiNodes,
    drivers,
    uses: new Map(),
    attached: new Map(),
    broken: false,
  };
  for (const _ of objects.list("volumeattachments.storage.k8s.io")) made.broken = true;
  if (drivers.size > 0)
    for (let row = 0; row < n; row += 1)
      for (const pod of (list[row] as NodeInfo).pods) addPod(made, objects, row, pod, 1);
  return made;
}

function followChanges(columns: VolumeColumns, objects: Objects, { changes, changedFrom }: Snapshot): void {
  const { rows, pods, by } = changes;
  if (columns.drivers.size > 0)
    for (let i = columns.cursor - changedFrom; i < rows.length; i += 1) {
      const pod = pods[i];
      if (pod !== undefined) addPod(columns, objects, rows[i] as number, pod, by[i] as number);
    }
  columns.cursor = changedFrom + rows.length;
}

/** Two pods of a node that share a volume attach it once. */
function addPod(columns: VolumeColumns, objects: Objects, row: number, pod: Pod, by: number): void {
  if ((pod.spec.volumes?.length ?? 0) === 0) return;
  const found: Attachable = new Map();
  if (collectAttachable(objects, pod, columns.csiNodes[row], false, found) !== undefined) columns.broken = true;
  for (const [volume, driver] of found) {
    const key = `${row} ${volume}`;
    const before = columns.uses.get(key) ?? 0;
    const now = before + by;
    if (now > 0) columns.uses.set(key, now);
    else columns.uses.delete(key);
    if (before > 0 === now > 0) continue;
    const places = (columns.attached.get(volume) ?? 0) + by;
    if (places > 0) columns.attached.set(volume, places);
    else columns.attached.delete(volume);
    const slots = columns.drivers.get(driver);
    if (slots === undefined || slots.free[row] === NO_LIMIT) continue;
    const left = (slots.free[row] as number) - by;
    slots.free[row] = left;
    if (left < slots.lowest) slots.lowest = left;
  }
}

/** A gate for each driver of whose slots some node may lack enough; undefined when a volume is attached somewhere already. */
function gatesFor(columns: VolumeColumns, objects: Objects, pod: Pod): readonly Gate[] | undefined {
  const wanted: Attachable = new Map();
  // Limits come with a CSINode, and what counts against them depends on whether there is one.
  const csiNode = columns.csiNodes.find((one) => one !== undefined);
  if (collectAttachable(objects, pod, csiNode, true, wanted) !== undefined) return undefined;
  const counts = new Map<string, number>();
  for (const [volume, driver] of wanted) {
    if (columns.attached.has(volume)) return undefined;
    counts.set(driver, (counts.get(driver) ?? 0) + 1);
  }
  const gates: Gate[] = [];
  for (const [driver, count] of counts) {
    const slots = columns.drivers.get(driver);
    if (slots === undefined || slots.lowest >= count) continue;
    const { rows: domain } = columns;
    gates.push({ domain, sums: slots.free, least: count, most: NO_LIMIT, absent: TOO_MANY, outside: TOO_MANY });
  }
  return gates;
}

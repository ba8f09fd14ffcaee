import type { Pod, Volume } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import type { Cycle } from "../../framework/cycle.ts";
import type { Plugin } from "../../framework/plugin.ts";
import { skip, status } from "../../framework/status.ts";
import { ACTION } from "../../queue/event-registration.ts";
import { isClaimOf } from "../volume-binding/hints.ts";
import { claimOf } from "../volume-binding/claims.ts";

interface RestrictionState {
  /** Names of the pod's ReadWriteOncePod claims. */
  readonly claims: ReadonlySet<string>;
  /** Uses of them by other pods. */
  readonly conflicts: number;
}

const NAME = "VolumeRestrictions";
const DISK_CONFLICT = status(NAME, "Unschedulable", "node(s) had no available disk");
const IN_USE = status(
  NAME,
  "Unschedulable",
  "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
);

/** Keeps pods off nodes where another pod has their disk, and ReadWriteOncePod claims to one pod. */
export const VolumeRestrictions: Plugin = {
  name: NAME,
  columns: "volumes",
  events: () => [
    { resource: "Pod", actions: ACTION.Delete, hint: ({ pod, before }) => freesDisk(pod, cast<Pod>(before)) },
    { resource: "Node", actions: ACTION.Add },
    { resource: "PersistentVolumeClaim", actions: ACTION.Add, hint: (input) => isClaimOf(input, false) },
  ],
  preFilter(cycle) {
    if (cycle.volumes !== true) return { status: skip };
    const { pod, objects, state } = cycle;
    const claims = new Set<string>();
    for (const { persistentVolumeClaim } of pod.spec.volumes ?? []) {
      if (persistentVolumeClaim === undefined) continue;
      const name = persistentVolumeClaim.claimName;
      const claim = claimOf(objects, pod, name);
      if (claim === undefined)
        return { status: status(NAME, "UnschedulableAndUnresolvable", `persistentvolumeclaim "${name}" not found`) };
      if (claim.spec?.accessModes?.includes("ReadWriteOncePod") === true) claims.add(name);
    }
    const conflicts = claims.size === 0 ? 0 : usedClaims(cycle, claims);
    if (conflicts === 0 && !(pod.spec.volumes ?? []).some(isRestricted)) return { status: skip };
    state.set(NAME, { claims, conflicts } satisfies RestrictionState);
    return undefined;
  },
  extensions: {
    clone: () => undefined,
    addPod: (cycle, pod) => count(cycle, pod, 1),
    removePod: (cycle, pod) => count(cycle, pod, -1),
  },
  filter({ pod, state }, { pods }) {
    for (const volume of pod.spec.volumes ?? []) {
      if (!isRestricted(volume)) continue;
      for (const other of pods)
        for (const existing of other.spec.volumes ?? []) if (diskConflicts(volume, existing)) return DISK_CONFLICT;
    }
    const known = cast<RestrictionState | undefined>(state.get(NAME));
    return known !== undefined && known.conflicts > 0 ? IN_USE : undefined;
  },
};

/** Whether a pod that is gone had a disk or claim that this one wants. */
function freesDisk(pod: Pod, gone: Pod): boolean {
  if (gone.metadata.namespace !== pod.metadata.namespace) return false;
  const others = gone.spec.volumes ?? [];
  return (pod.spec.volumes ?? []).some((volume) =>
    others.some((other) => {
      const claim = volume.persistentVolumeClaim?.claimName;
      return diskConflicts(volume, other) || (claim !== undefined && claim === other.persistentVolumeClaim?.claimName);
    }),
  );
}

/** How many of the claims some pod of the snapshot uses. */
function usedClaims({ pod, snapshot }: Cycle, claims: ReadonlySet<string>): number {
  const used = new Set<string>();
  for (const { pods } of snapshot.list) {
    for (const other of pods) {
      if (other.metadata.namespace !== pod.metadata.namespace) continue;
      for (const { persistentVolumeClaim } of other.spec.volumes ?? []) {
        const name = persistentVolumeClaim?.claimName;
        if (name !== undefined && claims.has(name)) used.add(name);
      }
    }
  }
  return used.size;
}

/** Counts by claim name only, whatever the namespace, as upstream does. */
function count({ state }: Cycle, pod: Pod, delta: 1 | -1): void {
  const known = cast<RestrictionState | undefined>(state.get(NAME));
  if (known === undefined) return;
  let conflicts = known.conflicts;
  for (const { persistentVolumeClaim } of pod.spec.volumes ?? [])
    if (persistentVolumeClaim !== undefined && known.claims.has(persistentVolumeClaim.claimName)) conflicts += delta;
  state.set(NAME, { ...known, conflicts } satisfies RestrictionState);
}

function isRestricted({ gcePersistentDisk, awsElasticBlockStore, rbd, iscsi }: Volume): boolean {
  return (
    gcePersistentDisk !== undefined || awsElasticBlockStore !== undefined || rbd !== undefined || iscsi !== undefined
  );
}

/** The same disk, unless both only read (EBS never shares). */
function diskConflicts(a: Volume, b: Volume): boolean {
  const disk = b.gcePersistentDisk;
  if (disk !== undefined && a.gcePersistentDisk?.pdName === disk.pdName && !bothRead(a.gcePersistentDisk, disk))
    return true;
  const ebs = a.awsElasticBlockStore?.volumeID;
  if (ebs !== undefined && ebs === b.awsElasticBlockStore?.volumeID) return true;
  const { iscsi } = b;
  if (iscsi !== undefined && a.iscsi?.iqn === iscsi.iqn && !bothRead(a.iscsi, iscsi)) return true;
  if (a.rbd === undefined || b.rbd === undefined || bothRead(a.rbd, b.rbd)) return false;
  const { monitors, pool = "rbd", image } = b.rbd;
  return (
    (a.rbd.pool ?? "rbd") === pool &&
    a.rbd.image === image &&
    a.rbd.monitors.some((monitor) => monitors.includes(monitor))
  );
}

function bothRead(a: { readonly readOnly?: boolean }, b: { readonly readOnly?: boolean }): boolean {
  return a.readOnly === true && b.readOnly === true;
}

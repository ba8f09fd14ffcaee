import type { Pod, Volume } from "../../../api/types/core-v1.ts";
import type { CSINode, VolumeAttachment } from "../../../api/types/storage-v1.ts";
import { cast } from "../../../base/units.ts";
import type { HintInput } from "../../queue/event-registration.ts";
import { ACTION } from "../../queue/event-registration.ts";
import { isClaimOf, wasPlaced } from "../volume-binding/hints.ts";
import type { Plugin } from "../../framework/plugin.ts";
import type { Status } from "../../framework/status.ts";
import { skip, status } from "../../framework/status.ts";
import { csiNodeNamed } from "../volume-binding/claims.ts";
import type { Attachable } from "./attachable.ts";
import { attachedTo, collectAttachable, inlineDriver, isMigratable } from "./attachable.ts";

const NAME = "NodeVolumeLimits";
/** The node has no room for the volumes. */
export const TOO_MANY: Status = status(NAME, "Unschedulable", "node(s) exceed max volume count");

/** Rejects nodes to which a driver could not attach all volumes of the pod. */
export const NodeVolumeLimits: Plugin = {
  name: NAME,
  columns: "volumes",
  events: () => [
    { resource: "CSINode", actions: ACTION.Add },
    { resource: "CSINode", actions: ACTION.Update, hint: ({ before, after }) => limitGrew(cast(before), cast(after)) },
    { resource: "Pod", actions: ACTION.Delete, hint: ({ before }) => detaches(cast(before)) },
    { resource: "PersistentVolumeClaim", actions: ACTION.Add, hint: (input) => isClaimOf(input, true) },
    { resource: "VolumeAttachment", actions: ACTION.Delete, hint: attachmentHelps },
  ],
  preFilter({ pod, volumes }) {
    const any = (pod.spec.volumes ?? []).some(mayAttach);
    return volumes === true && any ? undefined : { status: skip };
  },
  filter({ pod, objects }, { name, pods }) {
    if ((pod.spec.volumes?.length ?? 0) === 0) return undefined;
    const csiNode = csiNodeNamed(objects, name);
    const wanted: Attachable = new Map();
    const problem = collectAttachable(objects, pod, csiNode, true, wanted);
    if (problem !== undefined)
      return "missing" in problem
        ? status(NAME, "UnschedulableAndUnresolvable", problem.missing)
        : status(NAME, "Error", problem.error);
    const limits = new Map<string, number>();
    for (const driver of csiNode?.spec?.drivers ?? [])
      if (driver.allocatable?.count !== undefined) limits.set(driver.name, driver.allocatable.count);
    if (wanted.size === 0 || limits.size === 0) return undefined;
    const attached: Attachable = new Map();
    for (const other of pods) {
      const broken = collectAttachable(objects, other, csiNode, false, attached);
      if (broken !== undefined) return status(NAME, "Error", "error" in broken ? broken.error : broken.missing);
    }
    for (const volume of attached.keys()) wanted.delete(volume);
    for (const [volume, driver] of attachedTo(objects, name)) attached.set(volume, driver);
    const now = countByDriver(attached);
    for (const [driver, count] of countByDriver(wanted)) {
      const limit = limits.get(driver);
      if (limit !== undefined && (now.get(driver) ?? 0) + count > limit) return TOO_MANY;
    }
    return undefined;
  },
};

function limitGrew(before: CSINode, after: CSINode): boolean {
  const old = new Map((before.spec?.drivers ?? []).map(({ name, allocatable }) => [name, allocatable?.count ?? 0]));
  return (after.spec?.drivers ?? []).some(({ name, allocatable }) => (allocatable?.count ?? 0) > (old.get(name) ?? 0));
}

/** Whether the pod's end may free an attachment. */
function detaches(gone: Pod): boolean {
  return wasPlaced(gone) && (gone.spec.volumes ?? []).some(mayAttach);
}

function mayAttach(volume: Volume): boolean {
  return volume.persistentVolumeClaim !== undefined || volume.ephemeral !== undefined || isMigratable(volume);
}

function attachmentHelps({ pod, before }: HintInput): boolean {
  const { attacher } = cast<VolumeAttachment>(before).spec;
  return (pod.spec.volumes ?? []).some(
    (volume) =>
      volume.persistentVolumeClaim !== undefined || (isMigratable(volume) && inlineDriver(volume) === attacher),
  );
}

function countByDriver(volumes: Attachable): Map<string, number> {
  const counts = new Map<string, number>();
  for (const driver of volumes.values()) counts.set(driver, (counts.get(driver) ?? 0) + 1);
  return counts;
}

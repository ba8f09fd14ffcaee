import type { Node, PersistentVolumeClaim, Pod } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import type { Cycle } from "../../framework/cycle.ts";
import type { Objects } from "../../framework/objects.ts";
import type { Plugin } from "../../framework/plugin.ts";
import type { Status } from "../../framework/status.ts";
import { skip, status } from "../../framework/status.ts";
import {
  claimNameOf,
  claimOf,
  classOfClaim,
  csiNodeNamed,
  isFullyBound,
  notOwnedBy,
  storageClassNamed,
  volumeNamed,
} from "./claims.ts";
import { asSeenBy } from "./csi-migration.ts";
import { BINDING_EVENTS } from "./hints.ts";
import {
  findMatchingVolume,
  provisioningProblem,
  requestedStorage,
  volumeReaches,
  volumesOfClass,
} from "./matching.ts";

/** What would be written if the pod ran on the node. */
export interface PodVolumes {
  readonly bindings: readonly { readonly claim: PersistentVolumeClaim; readonly volume: string }[];
  readonly provisions: readonly PersistentVolumeClaim[];
}

interface Claims {
  readonly bound: readonly PersistentVolumeClaim[];
  /** Unbound ones of classes that wait for the first consumer. */
  readonly delayed: readonly PersistentVolumeClaim[];
}

const NAME = "VolumeBinding";
const NO_CLAIMS: Claims = { bound: [], delayed: [] };
const NO_STATE = status(NAME, "Error", "not found");
const SELECTED_NODE = "volume.kubernetes.io/selected-node";
const NODE_CONFLICT = "node(s) didn't match PersistentVolume's node affinity";
const BIND_CONFLICT = "node(s) didn't find available persistent volumes to bind";
const NOT_ENOUGH_SPACE = "node(s) did not have enough free storage";
const VOLUME_MISSING = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";

/** Keeps pods to nodes that reach their bound volumes, and where the unbound ones can be found or made. */
export const VolumeBinding: Plugin = {
  name: NAME,
  columns: "volumes",
  events: () => BINDING_EVENTS,
  preFilter(cycle) {
    cycle.state.set(NAME, NO_CLAIMS);
    if (cycle.volumes !== true) return { status: skip };
    const verdict = checkClaims(cycle.pod, cycle.objects);
    if (verdict !== undefined) return { status: verdict };
    const claims = sortClaims(cycle.pod, cycle.objects);
    if ("code" in claims) return { status: claims };
    cycle.state.set(NAME, claims);
    return undefined;
  },
  filter(cycle, { node }) {
    const found = node === undefined ? undefined : podVolumesOn(cycle, node);
    return found !== undefined && "code" in found ? found : undefined;
  },
  preScore: () => skip,
  score: () => 0,
  reserve: ({ state }) => (state.has(NAME) ? undefined : NO_STATE),
  unreserve: () => undefined,
  preBind: () => undefined,
};

/** Which volumes the pod would get on a node, or why it cannot have them there. */
export function podVolumesOn(cycle: Cycle, node: Node): PodVolumes | Status {
  const claims = cast<Claims | undefined>(cycle.state.get(NAME));
  if (claims === undefined || claims === NO_CLAIMS) return { bindings: [], provisions: [] };
  const { objects } = cycle;
  const reasons: string[] = [];
  let missing = false;
  const csiNode = claims.bound.length === 0 ? undefined : csiNodeNamed(objects, node.metadata.name);
  for (const claim of claims.bound) {
    const volume = volumeNamed(objects, claim.spec?.volumeName ?? "");
    missing = volume === undefined;
    if (volume === undefined) break;
    if (volumeReaches(asSeenBy(volume, csiNode), node)) continue;
    reasons.push(NODE_CONFLICT);
    break;
  }
  const found = delayedVolumes(objects, claims.delayed, node);
  if (typeof found === "string") reasons.push(found);
  else if ("code" in found) return found;
  if (missing) reasons.push(VOLUME_MISSING);
  if (typeof found === "string" || reasons.length > 0) return status(NAME, "UnschedulableAndUnresolvable", ...reasons);
  return found;
}

/** Matches claims with volumes, the smallest request first, and provisions the rest. */
function delayedVolumes(
  objects: Objects,
  delayed: readonly PersistentVolumeClaim[],
  node: Node,
): PodVolumes | string | Status {
  const provisions: PersistentVolumeClaim[] = [];
  const toMatch: PersistentVolumeClaim[] = [];
  for (const claim of delayed) {
    const selected = claim.metadata.annotations?.[SELECTED_NODE];
    if (selected === undefined) toMatch.push(claim);
    else if (selected !== node.metadata.name) return BIND_CONFLICT;
    else provisions.push(claim);
  }
  toMatch.sort((a, b) =>
    requestedStorage(a) < requestedStorage(b) ? -1 : requestedStorage(a) > requestedStorage(b) ? 1 : 0,
  );
  const chosen = new Set<string>();
  const bindings: { claim: PersistentVolumeClaim; volume: string }[] = [];
  for (const claim of toMatch) {
    const volume = findMatchingVolume(claim, volumesOfClass(objects, classOfClaim(claim)), node, chosen);
    if (volume === undefined) provisions.push(claim);
    else {
      chosen.add(volume.metadata.name);
      bindings.push({ claim, volume: volume.metadata.name });
    }
  }
  for (const claim of provisions) {
    const className = classOfClaim(claim);
    const storageClass = storageClassNamed(objects, className);
    if (storageClass === undefined) return status(NAME, "Error", `failed to find storage class "${className}"`);
    const problem = provisioningProblem(objects, claim, storageClass, node);
    if (problem !== undefined) return problem === "topology" ? BIND_CONFLICT : NOT_ENOUGH_SPACE;
  }
  return { bindings, provisions };
}

/** Every claim must exist, be usable and, if ephemeral, be the pod's. */
function checkClaims(pod: Pod, objects: Objects): Status | undefined {
  let any = false;
  const rejected = (reason: string): Status => status(NAME, "UnschedulableAndUnresolvable", reason);
  for (const volume of pod.spec.volumes ?? []) {
    const name = claimNameOf(pod, volume);
    if (name === undefined) continue;
    any = true;
    const claim = claimOf(objects, pod, name);
    if (claim === undefined)
      return rejected(
        volume.ephemeral === undefined
          ? `persistentvolumeclaim "${name}" not found`
          : `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`,
      );
    if (claim.status?.phase === "Lost")
      return rejected(
        `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec?.volumeName ?? ""}"`,
      );
    if (claim.metadata.deletionTimestamp !== undefined)
      return rejected(`persistentvolumeclaim "${name}" is being deleted`);
    const foreign = volume.ephemeral === undefined ? undefined : notOwnedBy(pod, claim);
    if (foreign !== undefined) return rejected(foreign);
  }
  return any ? undefined : skip;
}

function sortClaims(pod: Pod, objects: Objects): Claims | Status {
  const bound: PersistentVolumeClaim[] = [];
  const delayed: PersistentVolumeClaim[] = [];
  let immediate = false;
  for (const volume of pod.spec.volumes ?? []) {
    const claim = claimOf(objects, pod, claimNameOf(pod, volume) ?? "");
    if (claim === undefined) continue;
    if (isFullyBound(claim)) {
      bound.push(claim);
      continue;
    }
    const className = classOfClaim(claim);
    const storageClass = className === "" ? undefined : storageClassNamed(objects, className);
    if (storageClass !== undefined && storageClass.volumeBindingMode === undefined)
      return status(NAME, "Error", `VolumeBindingMode not set for StorageClass "${className}"`);
    const waits = storageClass?.volumeBindingMode === "WaitForFirstConsumer" && (claim.spec?.volumeName ?? "") === "";
    if (waits) delayed.push(claim);
    else immediate = true;
  }
  if (immediate)
    return status(NAME, "UnschedulableAndUnresolvable", "pod has unbound immediate PersistentVolumeClaims");
  return { bound, delayed };
}

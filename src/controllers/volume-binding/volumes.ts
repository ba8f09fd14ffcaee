import type { ApiObject } from "../../api/object.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import { nothing } from "../../client/controller.ts";
import type { Intents, Sync } from "../../client/controller.ts";
import { patch, remove, targetOf } from "../requests.ts";
import { phase } from "./claims.ts";
import { BOUND_BY_CONTROLLER, PROVISIONED_BY } from "./matching.ts";

const VOLUMES = "persistentvolumes";
const PROTECTION = "kubernetes.io/pv-protection";

/** Keeps a volume's phase right, and reclaims it when its claim is gone (syncVolume, and the protection controller's part). */
export function reconcileVolume(volume: PersistentVolume, sync: Sync<undefined>): Intents<undefined> {
  const { listers, now } = sync;
  const object = cast<ApiObject>(volume);
  const going = volume.metadata.deletionTimestamp !== undefined;
  if (going && volume.status?.phase !== "Bound") return unprotect(volume);
  const ref = volume.spec?.claimRef;
  if (ref === undefined || (ref.uid ?? "") === "") return inPhase(volume, "Available", now);
  const claim = cast<PersistentVolumeClaim | undefined>(
    listers.of("persistentvolumeclaims").get(`${ref.namespace ?? ""}/${ref.name ?? ""}`),
  );
  const mayDelete = !going && volume.spec?.persistentVolumeReclaimPolicy === "Delete" && isDeletable(volume);
  if (claim === undefined || claim.metadata.uid !== ref.uid) {
    if (volume.status?.phase !== "Released") return { writes: [[phase(volume, "Released", now)]] };
    return mayDelete ? { writes: [[remove(targetOf(VOLUMES, object))]] } : nothing;
  }
  const name = claim.spec?.volumeName ?? "";
  if (name === "") return nothing;
  if (name === volume.metadata.name) return inPhase(volume, "Bound", now);
  if (mayDelete) return { writes: [[remove(targetOf(VOLUMES, object))]] };
  const own = volume.metadata.annotations?.[BOUND_BY_CONTROLLER] !== undefined;
  const claimRef = own ? null : { ...ref, uid: null, resourceVersion: null };
  const annotations = { [BOUND_BY_CONTROLLER]: null };
  return {
    writes: [
      [patch(targetOf(VOLUMES, object), "merge", { metadata: { annotations }, spec: { claimRef } })],
      [phase(volume, "Available", now)],
    ],
  };
}

/** What a provisioner has made goes with it; of other volumes only directories below /tmp can be deleted. */
function isDeletable({ metadata, spec }: PersistentVolume): boolean {
  return metadata.annotations?.[PROVISIONED_BY] !== undefined || spec?.hostPath?.path.startsWith("/tmp/") === true;
}

function inPhase(volume: PersistentVolume, name: string, now: number): Intents<undefined> {
  return volume.status?.phase === name ? nothing : { writes: [[phase(volume, name, now)]] };
}

function unprotect(volume: PersistentVolume): Intents<undefined> {
  const finalizers = volume.metadata.finalizers ?? [];
  if (!finalizers.includes(PROTECTION)) return nothing;
  const rest = finalizers.filter((one) => one !== PROTECTION);
  const metadata = { resourceVersion: volume.metadata.resourceVersion, finalizers: rest.length > 0 ? rest : null };
  return { writes: [[patch(targetOf(VOLUMES, cast<ApiObject>(volume)), "merge", { metadata })]] };
}

import type { ApiObject } from "../../api/object.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import type { StorageClass } from "../../api/types/storage-v1.ts";
import { timestamp } from "../../base/time.ts";
import type { Millis } from "../../base/units.ts";
import { cast } from "../../base/units.ts";
import { nothing } from "../../client/controller.ts";
import type { Intents, Sync, Write } from "../../client/controller.ts";
import { patch, targetOf } from "../requests.ts";
import {
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  isMeantFor,
  PROVISIONER,
  SELECTED_NODE,
  storageClassOf,
  suits,
  volumeFor,
} from "./matching.ts";

const CLAIMS = "persistentvolumeclaims";
const VOLUMES = "persistentvolumes";
/** PVControllerSyncPeriod: a claim that found no volume looks for new ones so often. */
const RESYNC_MS: Millis = 15_000;
const NO_PROVISIONER = "kubernetes.io/no-provisioner";
const BETA_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner";

/** Binds a claim to the volume that it names or that suits it, has one made, or tells that its volume is lost (syncClaim). */
export function reconcileClaim(claim: PersistentVolumeClaim, sync: Sync<undefined>): Intents<undefined> {
  const { listers } = sync;
  const name = claim.spec?.volumeName ?? "";
  const volume = name === "" ? undefined : cast<PersistentVolume | undefined>(listers.of(VOLUMES).get(name));
  if (claim.metadata.annotations?.[BIND_COMPLETED] !== undefined) {
    const lost = volume === undefined || (volume.spec?.claimRef !== undefined && !isMeantFor(volume, claim));
    return lost ? lose(claim) : { writes: bound(claim, volume, sync) };
  }
  if (claim.metadata.deletionTimestamp !== undefined) return nothing;
  if (name !== "") {
    const free =
      volume !== undefined &&
      (volume.spec?.claimRef === undefined || isMeantFor(volume, claim)) &&
      suits(volume, claim);
    return free ? { writes: bound(claim, volume, sync) } : nothing;
  }
  const storageClass = storageClassOf(claim, listers);
  const delayed = storageClass?.volumeBindingMode === "WaitForFirstConsumer";
  const found = volumeFor(claim, delayed, listers);
  if (found !== undefined) return { writes: bound(claim, found, sync) };
  if (delayed && claim.metadata.annotations?.[SELECTED_NODE] === undefined) return nothing;
  if (storageClass === undefined) return { writes: [], requeueAfter: RESYNC_MS };
  return askForVolume(claim, storageClass);
}

/** What is still to be written until claim and volume say that they are each other's, in upstream's order. */
function bound(
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  { now }: Sync<undefined>,
): readonly (readonly Write[])[] {
  const writes: Write[] = [];
  const { metadata, spec = {}, status } = claim;
  const chosen = (spec.volumeName ?? "") === "";
  const ref = volume.spec?.claimRef;
  if (ref?.uid !== metadata.uid) {
    const claimRef = {
      kind: "PersistentVolumeClaim",
      apiVersion: "v1",
      namespace: metadata.namespace,
      name: metadata.name,
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
    };
    writes.push(
      patch(targetOf(VOLUMES, cast<ApiObject>(volume)), "merge", {
        metadata: {
          resourceVersion: volume.metadata.resourceVersion,
          ...(ref === undefined && { annotations: { [BOUND_BY_CONTROLLER]: "yes" } }),
        },
        spec: { claimRef },
      }),
    );
  }
  if (volume.status?.phase !== "Bound") writes.push(phase(volume, "Bound", now));
  const target = targetOf(CLAIMS, cast<ApiObject>(claim));
  if (chosen || metadata.annotations?.[BIND_COMPLETED] === undefined)
    writes.push(
      patch(target, "merge", {
        metadata: { annotations: { [BIND_COMPLETED]: "yes", ...(chosen && { [BOUND_BY_CONTROLLER]: "yes" }) } },
        spec: { volumeName: volume.metadata.name },
      }),
    );
  if (status?.phase !== "Bound") {
    const { accessModes, capacity } = volume.spec ?? {};
    writes.push(patch(target, "merge", { status: { phase: "Bound", accessModes, capacity } }, "status"));
  }
  return writes.map((write) => [write]);
}

/** Writes a volume's phase. */
export function phase(volume: PersistentVolume, name: string, now: number): Write {
  const status = { phase: name, lastPhaseTransitionTime: timestamp(now) };
  return patch(targetOf(VOLUMES, cast<ApiObject>(volume)), "merge", { status }, "status");
}

function lose(claim: PersistentVolumeClaim): Intents<undefined> {
  if (claim.status?.phase === "Lost") return nothing;
  const object = cast<ApiObject>(claim);
  const message = "Bound claim has lost its PersistentVolume. Data on the volume is lost!";
  return {
    writes: [
      [
        patch(
          targetOf(CLAIMS, object),
          "merge",
          { status: { phase: "Lost", accessModes: null, capacity: null } },
          "status",
        ),
      ],
    ],
    events: [{ object, type: "Warning", reason: "ClaimLost", message }],
  };
}

/** Names the provisioner that is to make a volume for the claim. */
function askForVolume(claim: PersistentVolumeClaim, { provisioner }: StorageClass): Intents<undefined> {
  if (provisioner === "" || provisioner === NO_PROVISIONER) return { writes: [], requeueAfter: RESYNC_MS };
  if (claim.metadata.annotations?.[PROVISIONER] === provisioner) return nothing;
  const object = cast<ApiObject>(claim);
  const annotations = { [PROVISIONER]: provisioner, [BETA_PROVISIONER]: provisioner };
  const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  return {
    writes: [[patch(targetOf(CLAIMS, object), "merge", { metadata: { annotations } })]],
    events: [{ object, type: "Normal", reason: "ExternalProvisioning", message }],
  };
}

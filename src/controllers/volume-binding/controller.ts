import { objectKey } from "../../api/object.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import { nothing } from "../../client/controller.ts";
import type { Controller, Intents, Wake } from "../../client/controller.ts";
import type { Listers } from "../../client/informer.ts";
import { reconcileClaim } from "./claims.ts";
import { reconcileVolume } from "./volumes.ts";

const CLAIMS = "persistentvolumeclaims";
const VOLUMES = "persistentvolumes";
const CLASSES = "storageclasses.storage.k8s.io";

/** Binds claims and volumes to each other, provisions what classes offer, and reclaims what nobody claims any more. */
export function persistentVolumeController(): Controller<undefined> {
  return {
    name: "persistentvolume-controller",
    workers: 1,
    watches: [{ resource: CLAIMS }, { resource: VOLUMES }, { resource: CLASSES }],
    initialMemory: () => undefined,
    wakes({ resource, before, after }, listers) {
      const wakes: Wake[] = [];
      if (resource === CLAIMS) {
        const claim = cast<PersistentVolumeClaim | undefined>(after ?? before);
        if (after !== undefined) wakes.push({ key: `claim ${objectKey(after)}` });
        const volume = claim?.spec?.volumeName ?? "";
        if (volume !== "") wakes.push({ key: `volume ${volume}` });
        return wakes;
      }
      if (resource === VOLUMES) {
        const object = after ?? before;
        if (object !== undefined) wakes.push({ key: `volume ${object.metadata.name}` });
        const ref = cast<PersistentVolume | undefined>(object)?.spec?.claimRef;
        if (ref !== undefined) wakes.push({ key: `claim ${ref.namespace ?? ""}/${ref.name ?? ""}` });
      }
      return resource === CLASSES ? waiting(listers) : wakes;
    },
    reconcile(sync): Intents<undefined> {
      const { key, listers } = sync;
      if (key.startsWith("claim ")) {
        const claim = cast<PersistentVolumeClaim | undefined>(listers.of(CLAIMS).get(key.slice("claim ".length)));
        return claim === undefined ? nothing : reconcileClaim(claim, sync);
      }
      const volume = cast<PersistentVolume | undefined>(listers.of(VOLUMES).get(key.slice("volume ".length)));
      return volume === undefined ? nothing : reconcileVolume(volume, sync);
    },
  };
}

/** Claims without volume, which a new class may serve. */
function waiting(listers: Listers): readonly Wake[] {
  const keys: Wake[] = [];
  for (const object of listers.of(CLAIMS).list())
    if ((cast<PersistentVolumeClaim>(object).spec?.volumeName ?? "") === "")
      keys.push({ key: `claim ${objectKey(object)}` });
  return keys;
}

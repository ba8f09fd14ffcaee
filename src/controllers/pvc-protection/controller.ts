import { cast } from "../../base/units.ts";
import { objectKey } from "../../api/object.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { nothing } from "../../client/controller.ts";
import type { Controller } from "../../client/controller.ts";
import { patch, targetOf } from "../requests.ts";

const CLAIMS = "persistentvolumeclaims";
const FINALIZER = "kubernetes.io/pvc-protection";
/** Index of pods by the keys of the claims that they name. */
const BY_CLAIM = "claim";
const NO_KEYS: readonly string[] = [];

/** Keys of the claims of a pod, those of its ephemeral volumes included. */
function byClaim(object: ApiObject): readonly string[] {
  const { metadata, spec } = cast<Pod>(object);
  if (spec.volumes === undefined) return NO_KEYS;
  return spec.volumes.flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    const claim =
      persistentVolumeClaim?.claimName ?? (ephemeral === undefined ? undefined : `${metadata.name}-${name}`);
    return claim === undefined ? [] : `${metadata.namespace ?? ""}/${claim}`;
  });
}

/** Holds deleted claims as long as a bound pod, even a finished one, names them. */
export function pvcProtectionController(): Controller<undefined> {
  return {
    name: "persistentvolumeclaim-protection-controller",
    workers: 1,
    watches: [{ resource: CLAIMS }, { resource: "pods", indexes: { [BY_CLAIM]: byClaim } }],
    initialMemory: () => undefined,
    wakes({ resource, before, after }, listers) {
      if (resource === CLAIMS) return after === undefined ? [] : [{ key: objectKey(after) }];
      if (before === undefined || after !== undefined) return [];
      const claims = listers.of(CLAIMS);
      return byClaim(before)
        .filter((key) => claims.get(key)?.metadata.deletionTimestamp !== undefined)
        .map((key) => ({ key }));
    },
    reconcile({ key, listers }) {
      const claim = listers.of(CLAIMS).get(key);
      if (claim === undefined) return nothing;
      const finalizers = claim.metadata.finalizers ?? [];
      const held = finalizers.includes(FINALIZER);
      const set = (names: readonly string[]): ReturnType<typeof patch> =>
        patch(targetOf(CLAIMS, claim), "merge", {
          metadata: { resourceVersion: claim.metadata.resourceVersion, finalizers: names.length > 0 ? names : null },
        });
      if (claim.metadata.deletionTimestamp === undefined)
        return held ? nothing : { writes: [[set([...finalizers, FINALIZER])]] };
      if (!held) return nothing;
      const used = listers
        .of("pods")
        .byIndex(BY_CLAIM, key)
        .some((pod) => (cast<Pod>(pod).spec.nodeName ?? "") !== "");
      return used ? nothing : { writes: [[set(finalizers.filter((name) => name !== FINALIZER))]] };
    },
  };
}

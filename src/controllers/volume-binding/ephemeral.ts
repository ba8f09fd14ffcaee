import { objectKey } from "../../api/object.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import { nothing } from "../../client/controller.ts";
import type { Controller, Write } from "../../client/controller.ts";
import { controllerReference, create, ignoring } from "../requests.ts";

const CLAIMS = "persistentvolumeclaims";

/** Makes the claims of pods' generic ephemeral volumes, which go with their pods. */
export function ephemeralVolumeController(): Controller<undefined> {
  return {
    name: "ephemeral_volume",
    workers: 5,
    watches: [{ resource: "pods" }, { resource: CLAIMS }],
    initialMemory: () => undefined,
    wakes: ({ resource, after }) =>
      resource === "pods" && after !== undefined && cast<Pod>(after).spec.volumes?.some(isEphemeral) === true
        ? [{ key: objectKey(after) }]
        : [],
    reconcile({ key, listers }) {
      const pod = cast<Pod | undefined>(listers.of("pods").get(key));
      if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return nothing;
      const { namespace, name } = pod.metadata;
      const writes: Write[] = [];
      for (const volume of pod.spec.volumes ?? []) {
        const template = volume.ephemeral?.volumeClaimTemplate;
        const claim = `${name}-${volume.name}`;
        if (template === undefined || listers.of(CLAIMS).get(`${namespace ?? ""}/${claim}`) !== undefined) continue;
        const { labels, annotations } = template.metadata ?? {};
        const metadata = {
          name: claim,
          ...(labels !== undefined && { labels }),
          ...(annotations !== undefined && { annotations }),
          ownerReferences: [controllerReference(cast<ApiObject>(pod))],
        };
        const body = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec: template.spec };
        writes.push(ignoring(create(CLAIMS, namespace, body), "AlreadyExists"));
      }
      return { writes: [writes] };
    },
  };
}

function isEphemeral(volume: { readonly ephemeral?: unknown }): boolean {
  return volume.ephemeral !== undefined;
}

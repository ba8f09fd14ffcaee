import { cast } from "../../base/units.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import type { InformerEvent } from "../../client/component.ts";
import type { Listers } from "../../client/informer.ts";
import type { Controller, Wake } from "../../client/controller.ts";
import { BY_NODE, byNode } from "../indexes.ts";
import { isOutOfService, TERMINATED_PODS_MAX } from "./candidates.ts";
import { reconcilePodGc } from "./reconcile.ts";
import type { PodGcMemory } from "./reconcile.ts";

const ROUND: readonly Wake[] = [{ key: "gc" }];

/** Removes pods that nobody else will: of nodes that are gone or out of service, unbound and ending, too many ended. */
export function podGcController(): Controller<PodGcMemory> {
  return {
    name: "pod-garbage-collector",
    workers: 1,
    watches: [{ resource: "nodes" }, { resource: "pods", indexes: { [BY_NODE]: byNode } }],
    initialMemory: () => ({ due: undefined, quarantine: new Map() }),
    wakes: (event, listers) => (concerns(event, listers) ? ROUND : []),
    reconcile: reconcilePodGc,
  };
}

function concerns({ resource, after, before }: InformerEvent, listers: Listers): boolean {
  if (resource === "nodes") {
    if (after === undefined) return listers.of("pods").byIndex(BY_NODE, before?.metadata.name ?? "").length > 0;
    return isOutOfService(cast<Node>(after));
  }
  if (after === undefined) return false;
  const { spec, metadata } = cast<Pod>(after);
  if (listers.of("pods").size > TERMINATED_PODS_MAX) return true;
  if ((spec.nodeName ?? "") === "") return metadata.deletionTimestamp !== undefined;
  const node = cast<Node | undefined>(listers.of("nodes").get(spec.nodeName ?? ""));
  return node === undefined || (metadata.deletionTimestamp !== undefined && isOutOfService(node));
}

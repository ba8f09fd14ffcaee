import { cast } from "../../base/units.ts";
import { objectKey } from "../../api/object.ts";
import { deepEqual } from "../../api/equal.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import type { InformerEvent } from "../../client/component.ts";
import type { Listers } from "../../client/informer.ts";
import type { Controller, Wake } from "../../client/controller.ts";
import { BY_NODE, byNode } from "../indexes.ts";
import { noExecuteTaints } from "./no-execute-taints.ts";
import { reconcileTaintEviction } from "./reconcile.ts";
import type { TaintEvictionMemory } from "./reconcile.ts";

/** Deletes pods that do not tolerate a NoExecute taint of their node, or not for ever. */
export function taintEvictionController(): Controller<TaintEvictionMemory> {
  return {
    name: "taint-eviction-controller",
    workers: 8,
    watches: [{ resource: "nodes" }, { resource: "pods", indexes: { [BY_NODE]: byNode } }],
    initialMemory: () => ({ evictions: new Map() }),
    wakes: (event, listers) => (event.resource === "nodes" ? nodeWakes(event, listers) : podWakes(event)),
    reconcile: reconcileTaintEviction,
  };
}

function nodeWakes({ before, after }: InformerEvent, listers: Listers): readonly Wake[] {
  if (after === undefined) return [];
  const now = noExecuteTaints(cast<Node>(after));
  const then = noExecuteTaints(cast<Node | undefined>(before));
  if ((now.length === 0 && then.length === 0) || deepEqual(now, then)) return [];
  return listers
    .of("pods")
    .byIndex(BY_NODE, after.metadata.name)
    .map((pod) => ({ key: objectKey(pod) }));
}

function podWakes({ before, after }: InformerEvent): readonly Wake[] {
  if (after === undefined) return before === undefined ? [] : [{ key: objectKey(before) }];
  const { spec } = cast<Pod>(after);
  const old = cast<Pod | undefined>(before)?.spec;
  if ((spec.nodeName ?? "") === "") return [];
  const same = old !== undefined && old.nodeName === spec.nodeName && deepEqual(old.tolerations, spec.tolerations);
  return same ? [] : [{ key: objectKey(after) }];
}

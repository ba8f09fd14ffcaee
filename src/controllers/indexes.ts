import { controllerOf } from "../api/object.ts";
import type { ApiObject } from "../api/object.ts";
import { cast } from "../base/units.ts";
import type { Pod } from "../api/types/core-v1.ts";

type IndexFunction = (object: ApiObject) => readonly string[];

/** Name of the index by UID of the controlling owner; objects without one stand under `orphansOf(namespace)`. */
export const BY_CONTROLLER = "controller";
/** Name of the index by namespace. */
export const BY_NAMESPACE = "namespace";
/** Name of the index of pods by spec.nodeName; unbound pods are left out. */
export const BY_NODE = "node";

/** Value of index `BY_CONTROLLER` for objects without a controller in a namespace. */
export function orphansOf(namespace: string): string {
  return `orphans/${namespace}`;
}

/** UID of the controlling owner, or the orphans of the namespace. */
export const byController: IndexFunction = (object) => [
  controllerOf(object)?.uid ?? orphansOf(object.metadata.namespace ?? ""),
];

/** Namespace of the object. */
export const byNamespace: IndexFunction = (object) => [object.metadata.namespace ?? ""];

/** Node that the pod is bound to. */
export const byNode: IndexFunction = (object) => {
  const node = cast<Pod>(object).spec.nodeName;
  return node === undefined || node === "" ? [] : [node];
};

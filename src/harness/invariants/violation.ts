import type { ApiObject } from "../../api/object.ts";
import type { Millis } from "../../base/units.ts";
import { nameOf } from "./resources.ts";
import type { Violation } from "./invariant.ts";

/** A violation about an object. */
export function about(invariant: string, at: Millis, object: ApiObject, sentence: string): Violation {
  return { invariant, at, object: nameOf(object), sentence };
}

/** Whether a controller of kube-controller-manager wrote. */
export function byControllerManager(by: string): boolean {
  return by.startsWith("kube-controller-manager");
}

/** Whether a kubelet wrote. */
export function byKubelet(by: string): boolean {
  return by.startsWith("kubelet");
}

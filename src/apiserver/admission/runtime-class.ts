import { cast } from "../../base/units.ts";
import { deepEqual } from "../../api/equal.ts";
import type { Pod, Toleration } from "../../api/types/core-v1.ts";
import { forbidden } from "../failure.ts";
import type { Failure } from "../failure.ts";
import type { Kind } from "../kind.ts";
import type { Server } from "../server-state.ts";
import type { SpecChanges } from "./service-account.ts";

interface RuntimeClass {
  readonly overhead?: { readonly podFixed?: { readonly [name: string]: string } };
  readonly scheduling?: {
    readonly nodeSelector?: { readonly [key: string]: string };
    readonly tolerations?: readonly Toleration[];
  };
}

/** RuntimeClass: merges the overhead and scheduling of the pod's class. */
export function applyRuntimeClass(server: Server, kind: Kind, pod: Pod, changes: SpecChanges): Failure | undefined {
  const { runtimeClassName: name, overhead } = pod.spec;
  const reject = (why: string): Failure => forbidden(kind, pod.metadata.name, `pod rejected: ${why}`);
  if (name === undefined)
    return overhead === undefined
      ? undefined
      : reject("Pod Overhead set without corresponding RuntimeClass defined Overhead");
  const found = server.etcd.get("runtimeclasses.node.k8s.io", name);
  if (found === undefined) return reject(`RuntimeClass "${name}" not found`);
  const { overhead: own, scheduling } = cast<RuntimeClass>(found);
  const fixed = own?.podFixed;
  if (overhead !== undefined && !deepEqual(overhead, fixed))
    return reject("Pod's Overhead doesn't match RuntimeClass's defined Overhead");
  if (fixed !== undefined) changes.overhead = fixed;
  const selector = scheduling?.nodeSelector;
  for (const key in selector) {
    const has = pod.spec.nodeSelector?.[key];
    if (has !== undefined && has !== selector[key])
      return forbidden(
        kind,
        pod.metadata.name,
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${selector[key]}; pod.spec.nodeSelector[${key}] = ${has}`,
      );
  }
  if (selector !== undefined) changes.nodeSelector = { ...pod.spec.nodeSelector, ...selector };
  const now = changes.tolerations ?? pod.spec.tolerations ?? [];
  const added = (scheduling?.tolerations ?? []).filter((wanted) => !now.some((had) => deepEqual(had, wanted)));
  if (added.length > 0) changes.tolerations = [...now, ...added];
  return undefined;
}

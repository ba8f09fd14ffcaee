import { cast } from "../../base/units.ts";
import { controllerOf, objectKey, keyOf } from "../../api/object.ts";
import type { ApiObject } from "../../api/object.ts";
import type { InformerEvent } from "../../client/component.ts";
import type { Listers } from "../../client/informer.ts";
import type { Controller, Wake } from "../../client/controller.ts";
import { BY_CONTROLLER, BY_NAMESPACE, byController, byNamespace } from "../indexes.ts";
import { mutantsOf } from "../options.ts";
import type { ControllerOptions } from "../options.ts";
import { replicaSetKind, replicationControllerKind } from "./kinds.ts";
import type { ReplicaKind, ReplicaOwner } from "./kinds.ts";
import { reconcileReplicas } from "./reconcile.ts";

/** Keeps as many pods as a ReplicaSet wants (upstream: pkg/controller/replicaset). */
export function replicaSetController(options?: ControllerOptions): Controller<undefined> {
  return replicaController(replicaSetKind, options);
}

/** The same for ReplicationControllers. */
export function replicationController(options?: ControllerOptions): Controller<undefined> {
  return replicaController(replicationControllerKind, options);
}

function replicaController(kind: ReplicaKind, options: ControllerOptions | undefined): Controller<undefined> {
  const mutants = mutantsOf(options);
  return {
    name: kind.controllerName,
    workers: 5,
    watches: [
      { resource: kind.resource, indexes: { [BY_CONTROLLER]: byController, [BY_NAMESPACE]: byNamespace } },
      { resource: "pods", indexes: { [BY_CONTROLLER]: byController } },
    ],
    initialMemory: () => undefined,
    wakes(event, listers) {
      if (event.resource === "pods") return podWakes(kind, event, listers);
      return event.resource === kind.resource ? [{ key: objectKey(cast<ApiObject>(event.after ?? event.before)) }] : [];
    },
    expectationKey: (pod, listers) => ownerKey(kind, pod, listers),
    reconcile: (sync) => reconcileReplicas(kind, sync, mutants),
  };
}

const NO_WAKES: readonly Wake[] = [];

function podWakes(kind: ReplicaKind, { before, after }: InformerEvent, listers: Listers): readonly Wake[] {
  const now = after ?? before;
  if (now === undefined) return NO_WAKES;
  const keys: string[] = [];
  const reference = controllerOf(now);
  const former = before === undefined ? undefined : controllerOf(before);
  if (before !== undefined && former !== undefined && former.uid !== reference?.uid) {
    const key = ownerKey(kind, before, listers);
    if (key !== undefined) keys.push(key);
  }
  if (reference !== undefined) {
    const key = ownerKey(kind, now, listers);
    if (key !== undefined) keys.push(key);
  } else if (after !== undefined && after.metadata.deletionTimestamp === undefined) {
    const changed = before === undefined || former !== undefined || before.metadata.labels !== after.metadata.labels;
    if (changed) keys.push(...claimants(kind, after, listers));
  }
  return keys.length === 0 ? NO_WAKES : keys.map((key) => ({ key }));
}

/** Owners whose selector matches an orphan. */
function claimants(kind: ReplicaKind, pod: ApiObject, listers: Listers): readonly string[] {
  const owners = listers.of(kind.resource).byIndex(BY_NAMESPACE, pod.metadata.namespace ?? "");
  return cast<readonly ReplicaOwner[]>(owners)
    .filter((owner) => kind.matches(owner, pod.metadata.labels))
    .map(objectKey);
}

function ownerKey(kind: ReplicaKind, pod: ApiObject, listers: Listers): string | undefined {
  const reference = controllerOf(pod);
  if (reference?.kind !== kind.kind) return undefined;
  const key = keyOf(pod.metadata.namespace ?? "", reference.name);
  return listers.of(kind.resource).get(key)?.metadata.uid === reference.uid ? key : undefined;
}

import { cast } from "../../base/units.ts";
import { controllerOf, objectKey, keyOf } from "../../api/object.ts";
import type { ApiObject } from "../../api/object.ts";
import { selectorMatches } from "../../api/label-selector.ts";
import type { Deployment } from "../../api/types/apps-v1.ts";
import type { InformerEvent } from "../../client/component.ts";
import type { Listers } from "../../client/informer.ts";
import type { Controller, Wake } from "../../client/controller.ts";
import { BY_CONTROLLER, BY_NAMESPACE, byController, byNamespace } from "../indexes.ts";
import { mutantsOf } from "../options.ts";
import type { ControllerOptions } from "../options.ts";
import { DEPLOYMENTS, REPLICA_SETS } from "./names.ts";
import { reconcileDeployment } from "./reconcile.ts";

const NO_WAKES: readonly Wake[] = [];

/** Rolls Deployments out by sizing ReplicaSets (upstream: pkg/controller/deployment). */
export function deploymentController(options?: ControllerOptions): Controller<undefined> {
  const mutants = mutantsOf(options);
  return {
    name: "deployment-controller",
    workers: 5,
    watches: [
      { resource: DEPLOYMENTS, indexes: { [BY_NAMESPACE]: byNamespace } },
      { resource: REPLICA_SETS, indexes: { [BY_CONTROLLER]: byController } },
      { resource: "pods", indexes: { [BY_CONTROLLER]: byController } },
    ],
    initialMemory: () => undefined,
    wakes(event, listers) {
      switch (event.resource) {
        case DEPLOYMENTS:
          return [{ key: objectKey(cast<ApiObject>(event.after ?? event.before)) }];
        case REPLICA_SETS:
          return replicaSetWakes(event, listers);
        default:
          return event.after === undefined && event.before !== undefined
            ? podGoneWakes(event.before, listers)
            : NO_WAKES;
      }
    },
    reconcile: (sync) => reconcileDeployment(sync, mutants),
  };
}

function replicaSetWakes({ before, after }: InformerEvent, listers: Listers): readonly Wake[] {
  const now = after ?? before;
  if (now === undefined) return NO_WAKES;
  const wakes: Wake[] = [];
  const owner = controllerOf(now);
  const formerOwner = before === undefined ? undefined : controllerOf(before);
  if (formerOwner !== undefined && formerOwner.uid !== owner?.uid && before !== undefined) {
    const former = ownerOf(before, listers);
    if (former !== undefined) wakes.push({ key: objectKey(former) });
  }
  if (owner !== undefined) {
    const deployment = ownerOf(now, listers);
    if (deployment !== undefined) wakes.push({ key: objectKey(deployment) });
    return wakes;
  }
  if (after === undefined) return wakes;
  const changed = before === undefined || formerOwner !== undefined || before.metadata.labels !== after.metadata.labels;
  if (changed)
    for (const deployment of listers.of(DEPLOYMENTS).byIndex(BY_NAMESPACE, after.metadata.namespace ?? ""))
      if (selectorMatches(cast<Deployment>(deployment).spec.selector, after.metadata.labels))
        wakes.push({ key: objectKey(deployment) });
  return wakes;
}

/** Recreate waits for the last old pod to go. */
function podGoneWakes(pod: ApiObject, listers: Listers): readonly Wake[] {
  const reference = controllerOf(pod);
  if (reference?.kind !== "ReplicaSet") return NO_WAKES;
  const replicaSet = listers.of(REPLICA_SETS).get(keyOf(pod.metadata.namespace ?? "", reference.name));
  if (replicaSet?.metadata.uid !== reference.uid) return NO_WAKES;
  const deployment = ownerOf(replicaSet, listers);
  if (deployment?.spec.strategy?.type !== "Recreate") return NO_WAKES;
  const pods = listers.of("pods");
  for (const owned of listers.of(REPLICA_SETS).byIndex(BY_CONTROLLER, deployment.metadata.uid))
    if (pods.byIndex(BY_CONTROLLER, owned.metadata.uid).length > 0) return NO_WAKES;
  return [{ key: objectKey(deployment) }];
}

function ownerOf(object: ApiObject, listers: Listers): Deployment | undefined {
  const reference = controllerOf(object);
  if (reference?.kind !== "Deployment") return undefined;
  const deployment = listers.of(DEPLOYMENTS).get(keyOf(object.metadata.namespace ?? "", reference.name));
  return deployment?.metadata.uid === reference.uid ? cast<Deployment>(deployment) : undefined;
}

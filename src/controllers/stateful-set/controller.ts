import { cast } from "../../base/units.ts";
import { objectKey } from "../../api/object.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Controller } from "../../client/controller.ts";
import { REVISIONS, isRevisionAdopted } from "../controller-revision.ts";
import { BY_CONTROLLER, BY_NAMESPACE, byController, byNamespace } from "../indexes.ts";
import { mutantsOf } from "../options.ts";
import type { ControllerOptions } from "../options.ts";
import { ownersConcerned } from "../owned-pod-wakes.ts";
import { STATEFUL_SETS, reconcileStatefulSet } from "./reconcile.ts";

const OWNER = { kind: "StatefulSet", resource: STATEFUL_SETS };

/** Keeps pods with an ordinal each, in order (upstream: pkg/controller/statefulset). */
export function statefulSetController(options?: ControllerOptions): Controller<undefined> {
  const switches = { mutants: mutantsOf(options), manyUnavailable: options?.maxUnavailableStatefulSet === true };
  return {
    name: "statefulset-controller",
    workers: 5,
    watches: [
      { resource: STATEFUL_SETS, indexes: { [BY_NAMESPACE]: byNamespace } },
      { resource: "pods", indexes: { [BY_CONTROLLER]: byController } },
      { resource: REVISIONS, indexes: { [BY_CONTROLLER]: byController } },
      { resource: "persistentvolumeclaims" },
    ],
    initialMemory: () => undefined,
    wakes(event, listers) {
      if (event.resource === STATEFUL_SETS) return [{ key: objectKey(cast<ApiObject>(event.after ?? event.before)) }];
      return event.resource === "pods" || isRevisionAdopted(event)
        ? ownersConcerned(OWNER, event, listers).map((key) => ({ key }))
        : [];
    },
    reconcile: (sync) => reconcileStatefulSet(sync, switches),
  };
}

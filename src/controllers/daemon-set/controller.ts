import { cast } from "../../base/units.ts";
import { controllerOf, objectKey } from "../../api/object.ts";
import type { ApiObject } from "../../api/object.ts";
import type { DaemonSet } from "../../api/types/apps-v1.ts";
import type { Node } from "../../api/types/core-v1.ts";
import type { InformerEvent } from "../../client/component.ts";
import type { Listers } from "../../client/informer.ts";
import type { Controller, Wake } from "../../client/controller.ts";
import { REVISIONS, isRevisionAdopted } from "../controller-revision.ts";
import { BY_CONTROLLER, BY_NAMESPACE, BY_NODE, byController, byNamespace, byNode } from "../indexes.ts";
import { mutantsOf } from "../options.ts";
import type { ControllerOptions } from "../options.ts";
import { ownerKeyOf, ownersConcerned } from "../owned-pod-wakes.ts";
import { placementOf } from "./placement.ts";
import { DAEMON_SETS, reconcileDaemonSet } from "./reconcile.ts";
import type { DaemonSetMemory } from "./reconcile.ts";

const OWNER = { kind: "DaemonSet", resource: DAEMON_SETS };

/** Keeps one pod on every eligible node (upstream: pkg/controller/daemon). */
export function daemonSetController(options?: ControllerOptions): Controller<DaemonSetMemory> {
  const mutants = mutantsOf(options);
  return {
    name: "daemonset-controller",
    workers: 2,
    watches: [
      { resource: DAEMON_SETS, indexes: { [BY_NAMESPACE]: byNamespace } },
      { resource: "pods", indexes: { [BY_CONTROLLER]: byController, [BY_NODE]: byNode } },
      { resource: REVISIONS, indexes: { [BY_CONTROLLER]: byController } },
      { resource: "nodes" },
    ],
    initialMemory: () => ({ backoff: new Map() }),
    wakes(event, listers) {
      switch (event.resource) {
        case DAEMON_SETS:
          return [{ key: objectKey(cast<ApiObject>(event.after ?? event.before)) }];
        case "pods":
          return ownersConcerned(OWNER, event, listers).map((key) => ({ key }));
        case "nodes":
          return nodeWakes(event, listers, mutants);
        default:
          return isRevisionAdopted(event) ? ownersConcerned(OWNER, event, listers).map((key) => ({ key })) : [];
      }
    },
    expectationKey: (pod, listers) => ownerKeyOf(OWNER, pod, listers),
    reconcile: (sync) => reconcileDaemonSet(sync, mutants),
  };
}

/** Sets that want a pod on the node, or want theirs away from it. That a node is gone is not noticed, as upstream. */
function nodeWakes({ before, after }: InformerEvent, listers: Listers, mutants: ReadonlySet<string>): readonly Wake[] {
  if (after === undefined) return [];
  const same =
    before !== undefined &&
    before.metadata.labels === after.metadata.labels &&
    cast<Node>(before).spec === cast<Node>(after).spec;
  if (same) return [];
  const owners = new Set(
    listers
      .of("pods")
      .byIndex(BY_NODE, after.metadata.name)
      .map((pod) => controllerOf(pod)?.uid),
  );
  const wakes: Wake[] = [];
  for (const object of listers.of(DAEMON_SETS).list()) {
    const set = cast<DaemonSet>(object);
    const { shouldRun, mayStay } = placementOf(set, cast<Node>(after), mutants);
    const scheduled = owners.has(set.metadata.uid);
    const misplaced = scheduled && (!mayStay || (set.status?.numberMisscheduled ?? 0) > 0);
    if ((shouldRun && !scheduled) || misplaced) wakes.push({ key: objectKey(set) });
  }
  return wakes;
}

import { cast } from "../../base/units.ts";
import { objectKey } from "../../api/object.ts";
import type { ApiObject } from "../../api/object.ts";
import { selectorMatches } from "../../api/label-selector.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { PodDisruptionBudget } from "../../api/types/policy-v1.ts";
import type { InformerEvent } from "../../client/component.ts";
import type { Listers } from "../../client/informer.ts";
import type { Controller, Wake } from "../../client/controller.ts";
import { BY_NAMESPACE, byNamespace } from "../indexes.ts";
import { mutantsOf } from "../options.ts";
import type { ControllerOptions } from "../options.ts";
import { podCondition } from "../pods.ts";
import { BUDGETS, reconcileBudget } from "./reconcile.ts";
import { reconcileStaleDisruption, STALE_AFTER_MS, STALE_PREFIX } from "./stale-disruption.ts";

/** Counts, for every PodDisruptionBudget, how many pods may be disrupted now. */
export function disruptionController(options?: ControllerOptions): Controller<undefined> {
  const mutants = mutantsOf(options);
  return {
    name: "controllermanager",
    workers: 1,
    watches: [
      { resource: BUDGETS, indexes: { [BY_NAMESPACE]: byNamespace } },
      { resource: "pods", indexes: { [BY_NAMESPACE]: byNamespace } },
      { resource: "replicasets.apps" },
      { resource: "deployments.apps" },
      { resource: "statefulsets.apps" },
      { resource: "replicationcontrollers" },
    ],
    initialMemory: () => undefined,
    wakes(event, listers) {
      if (event.resource === "pods") return podWakes(event, listers);
      return event.resource === BUDGETS ? [{ key: objectKey(cast<ApiObject>(event.after ?? event.before)) }] : [];
    },
    reconcile: (sync) =>
      sync.key.startsWith(STALE_PREFIX) ? reconcileStaleDisruption(sync) : reconcileBudget(sync, mutants),
  };
}

function podWakes({ before, after }: InformerEvent, listers: Listers): readonly Wake[] {
  const pod = cast<Pod>(after ?? before);
  const wakes: Wake[] = [];
  const budgets = listers.of(BUDGETS).byIndex(BY_NAMESPACE, pod.metadata.namespace ?? "");
  for (const budget of budgets)
    if (selectorMatches(cast<PodDisruptionBudget>(budget).spec?.selector, pod.metadata.labels))
      wakes.push({ key: objectKey(budget) });
  if (after !== undefined && podCondition(pod, "DisruptionTarget")?.status === "True")
    wakes.push({ key: `${STALE_PREFIX}${objectKey(pod)}`, afterMs: STALE_AFTER_MS });
  return wakes;
}

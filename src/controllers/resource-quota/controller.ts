import { deepEqual } from "../../api/equal.ts";
import { objectKey } from "../../api/object.ts";
import type { ResourceQuota } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import type { InformerEvent } from "../../client/component.ts";
import type { Controller, Wake } from "../../client/controller.ts";
import type { Listers } from "../../client/informer.ts";
import { BY_NAMESPACE, byNamespace } from "../indexes.ts";
import { countedBy, countedResources, mayReplenish } from "./counted.ts";
import { reconcileQuota } from "./reconcile.ts";

const QUOTAS = "resourcequotas";
const NO_WAKES: readonly Wake[] = [];

/** Keeps the status of ResourceQuotas: admission charges what is created, this gives back what goes. */
export function resourceQuotaController(): Controller<undefined> {
  return {
    name: "resourcequota-controller",
    workers: 5,
    watches: countedResources.map((resource) => ({ resource, indexes: { [BY_NAMESPACE]: byNamespace } })),
    initialMemory: () => undefined,
    wakes(event, listers) {
      const mine = event.resource === QUOTAS ? quotaWakes(event) : NO_WAKES;
      return mine.length > 0 ? mine : replenishWakes(event, listers);
    },
    reconcile: reconcileQuota,
  };
}

/** A new quota, and one with other limits; updates of the status are its own or admission's. */
function quotaWakes({ before, after }: InformerEvent): readonly Wake[] {
  if (after === undefined) return NO_WAKES;
  const hardOf = (object: unknown): unknown => cast<ResourceQuota>(object).spec?.hard;
  return before !== undefined && deepEqual(hardOf(before), hardOf(after)) ? NO_WAKES : [{ key: objectKey(after) }];
}

/** The quotas of the namespace that count objects of the resource. */
function replenishWakes({ resource, before, after }: InformerEvent, listers: Listers): readonly Wake[] {
  if (before === undefined || !mayReplenish(resource, before, after)) return NO_WAKES;
  const quotas = listers.of(QUOTAS).byIndex(BY_NAMESPACE, before.metadata.namespace ?? "");
  return quotas
    .filter((quota) =>
      Object.keys(cast<ResourceQuota>(quota).status?.hard ?? {}).some((item) => countedBy(item) === resource),
    )
    .map((quota) => ({ key: objectKey(quota) }));
}

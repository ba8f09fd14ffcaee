import { deepEqual } from "../../api/equal.ts";
import { formatQuantity } from "../../api/canonical-quantity.ts";
import type { ApiObject, Resource } from "../../api/object.ts";
import type { Amounts } from "../../api/pod-amounts.ts";
import { parseQuantity } from "../../api/quantity.ts";
import { inScopes, quotaUsage } from "../../api/quota-usage.ts";
import type { Pod, ResourceQuota } from "../../api/types/core-v1.ts";
import { MINUTE, cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import type { Listers } from "../../client/informer.ts";
import { nothing } from "../../client/controller.ts";
import type { Intents, Sync } from "../../client/controller.ts";
import { BY_NAMESPACE } from "../indexes.ts";
import { updateStatus } from "../requests.ts";
import { countedBy, isCharged } from "./counted.ts";

/** --resource-quota-sync-period: every quota is recalculated so often, whatever happens. */
const RESYNC_MS: Millis = 5 * MINUTE;

type Texts = { readonly [item: string]: string };

/** Counts what there is in the namespace, and writes hard and used if they differ from the status. */
export function reconcileQuota({ key, now, listers }: Sync<undefined>): Intents<never> {
  const quota = cast<ResourceQuota | undefined>(listers.of("resourcequotas").get(key));
  if (quota === undefined) return nothing;
  const hard = quota.spec?.hard ?? {};
  const used = usedOf(quota, hard, now, listers);
  const { status } = quota;
  const isDirty = status?.used === undefined || !deepEqual(hard, status.hard ?? {}) || !sameAmounts(used, status.used);
  const body = cast<ApiObject>({ ...quota, status: { hard, used } });
  return { writes: isDirty ? [[updateStatus("resourcequotas", body)]] : [], requeueAfter: RESYNC_MS };
}

function usedOf(quota: ResourceQuota, hard: Texts, now: Millis, listers: Listers): Texts {
  const sums = new Map<Resource, Amounts>();
  const used: { [item: string]: string } = {};
  for (const item in hard) {
    const resource = countedBy(item);
    if (resource === undefined) {
      const known = quota.status?.used?.[item];
      if (known !== undefined) used[item] = known;
      continue;
    }
    let sum = sums.get(resource);
    if (sum === undefined) sums.set(resource, (sum = sumOf(resource, quota, now, listers)));
    const { nano = 0n, inBinary = false } = sum.get(item) ?? {};
    used[item] = formatQuantity(nano, inBinary);
  }
  return used;
}

/** What the objects of a resource in the quota's namespace and scopes use together. */
function sumOf(resource: Resource, quota: ResourceQuota, now: Millis, listers: Listers): Amounts {
  const sum: Amounts = new Map();
  for (const object of listers.of(resource).byIndex(BY_NAMESPACE, quota.metadata.namespace ?? "")) {
    if (!inScopes(resource, object, quota)) continue;
    const onlyStored = resource === "pods" && !isCharged(cast<Pod>(object), now);
    for (const [item, amount] of quotaUsage(resource, object)) {
      if (onlyStored && item !== "count/pods") continue;
      const before = sum.get(item);
      const inBinary = before === undefined || before.nano === 0n ? amount.inBinary : before.inBinary;
      sum.set(item, { nano: (before?.nano ?? 0n) + amount.nano, inBinary });
    }
  }
  return sum;
}

function sameAmounts(a: Texts, b: Texts): boolean {
  const items = Object.keys(a);
  if (items.length !== Object.keys(b).length) return false;
  return items.every((item) => b[item] !== undefined && parseQuantity(a[item] ?? "") === parseQuantity(b[item] ?? ""));
}

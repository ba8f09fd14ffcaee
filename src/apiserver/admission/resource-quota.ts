import { compareText } from "../../base/order.ts";
import { cast } from "../../base/units.ts";
import { formatQuantity } from "../../api/canonical-quantity.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Amounts } from "../../api/pod-amounts.ts";
import { parseQuantity } from "../../api/quantity.ts";
import { inScopes, quotaUsage } from "../../api/quota-usage.ts";
import type { Pod, ResourceQuota } from "../../api/types/core-v1.ts";
import { commit } from "../commit.ts";
import { forbidden } from "../failure.ts";
import type { Failure } from "../failure.ts";
import { resourceOf } from "../kind.ts";
import type { Kind } from "../kind.ts";
import { resourceQuota } from "../kinds/resource-quota.ts";
import type { Call, Server } from "../server-state.ts";

type Texts = { readonly [name: string]: string };

/** ResourceQuota: charges a new object to the quotas of its namespace, or says which one refuses. */
export function chargeQuota(server: Server, kind: Kind, object: ApiObject, call: Call): Failure | undefined {
  const namespace = object.metadata.namespace ?? "";
  if (server.etcd.keysOf("resourcequotas", namespace) === undefined) return undefined;
  const resource = resourceOf(kind);
  const usage = quotaUsage(resource, object);
  const charged: ResourceQuota[] = [];
  for (const item of server.etcd.range("resourcequotas", namespace)) {
    const quota = cast<ResourceQuota>(item);
    const hard = quota.status?.hard ?? {};
    const names = Object.keys(hard)
      .filter((name) => usage.has(name) || isCompute(kind, name))
      .sort(compareText);
    if (names.length === 0 || !inScopes(resource, object, quota)) continue;
    if (kind.plural === "pods") {
      const unspecified = missingAmounts(cast<Pod>(object), names);
      if (unspecified !== undefined)
        return forbidden(
          kind,
          object.metadata.name,
          `failed quota: ${quota.metadata.name}: must specify ${unspecified}`,
        );
    }
    const next = added(hard, quota.status?.used ?? {}, usage);
    const exceeded = names.filter(
      (name) => usage.has(name) && (parseQuantity(next[name] ?? "0") ?? 0n) > (parseQuantity(hard[name] ?? "0") ?? 0n),
    );
    if (exceeded.length > 0) return forbidden(kind, object.metadata.name, refusal(quota, exceeded, usage));
    charged.push({ ...quota, status: { ...quota.status, used: next } });
  }
  for (const quota of charged) commit(server, resourceQuota, cast<ApiObject>(quota), call);
  return undefined;
}

const COMPUTE = new Set(["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"]);

function isCompute(kind: Kind, name: string): boolean {
  return kind.plural === "pods" && COMPUTE.has(name);
}

/** "limits.memory for: c; requests.cpu for: c": amounts that a quota needs and containers lack. */
function missingAmounts(pod: Pod, names: readonly string[]): string | undefined {
  const parts: string[] = [];
  for (const name of names) {
    if (!COMPUTE.has(name)) continue;
    const limits = name.startsWith("limits.");
    const resource = name.replace(/^(requests|limits)\./, "");
    const lacking = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
      .filter(({ resources }) => (limits ? resources?.limits : resources?.requests)?.[resource] === undefined)
      .map((container) => container.name)
      .sort(compareText);
    if (lacking.length > 0) parts.push(`${name} for: ${lacking.join(",")}`);
  }
  return parts.length === 0 ? undefined : parts.join("; ");
}

function added(hard: Texts, used: Texts, usage: Amounts): Texts {
  const next: { [name: string]: string } = { ...used };
  for (const name in hard) {
    const amount = usage.get(name);
    if (amount === undefined) continue;
    const before = used[name] ?? "0";
    const nano = parseQuantity(before) ?? 0n;
    next[name] = formatQuantity(nano + amount.nano, nano === 0n ? amount.inBinary : before.endsWith("i"));
  }
  return next;
}

function refusal(quota: ResourceQuota, names: readonly string[], usage: Amounts): string {
  const list = (value: (name: string) => string): string => names.map((name) => `${name}=${value(name)}`).join(",");
  const requested = list((name) => {
    const amount = usage.get(name);
    return amount === undefined ? "0" : formatQuantity(amount.nano, amount.inBinary);
  });
  const used = list((name) => quota.status?.used?.[name] ?? "0");
  const limited = list((name) => quota.status?.hard?.[name] ?? "0");
  return `exceeded quota: ${quota.metadata.name}, requested: ${requested}, used: ${used}, limited: ${limited}`;
}

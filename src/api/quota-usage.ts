import { cast } from "../base/units.ts";
import type { ApiObject, Resource } from "./object.ts";
import type { PersistentVolumeClaim, Pod, ResourceQuota, Service } from "./types/core-v1.ts";
import { addAmounts, podTotal } from "./pod-amounts.ts";
import type { Amounts } from "./pod-amounts.ts";
import { qosClass } from "./pod-qos.ts";

const ONE = { nano: 1_000_000_000n, inBinary: false };
const BY_NAME = new Set([
  "configmaps",
  "secrets",
  "replicationcontrollers",
  "resourcequotas",
  "services",
  "persistentvolumeclaims",
  "pods",
]);
const COMPUTE = new Set(["cpu", "memory", "ephemeral-storage"]);

/** What one object uses of every quota resource that it counts for. */
export function quotaUsage(resource: Resource, object: ApiObject): Amounts {
  const usage: Amounts = new Map([[`count/${resource}`, ONE]]);
  if (BY_NAME.has(resource)) usage.set(resource, ONE);
  if (resource === "pods") podUsage(cast<Pod>(object), usage);
  else if (resource === "services") serviceUsage(cast<Service>(object), usage);
  else if (resource === "persistentvolumeclaims") claimUsage(cast<PersistentVolumeClaim>(object), usage);
  return usage;
}

function podUsage(pod: Pod, usage: Amounts): void {
  for (const [name, amount] of podTotal(pod.spec, "requests")) {
    usage.set(`requests.${name}`, amount);
    if (COMPUTE.has(name)) usage.set(name, amount);
  }
  for (const [name, amount] of podTotal(pod.spec, "limits")) if (COMPUTE.has(name)) usage.set(`limits.${name}`, amount);
}

function serviceUsage({ spec }: Service, usage: Amounts): void {
  const ports = BigInt(spec.ports?.length ?? 0);
  const nodePorts =
    spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false)
      ? ports
      : 0n;
  usage.set("services.nodeports", { nano: nodePorts * ONE.nano, inBinary: false });
  usage.set("services.loadbalancers", spec.type === "LoadBalancer" ? ONE : { nano: 0n, inBinary: false });
}

function claimUsage({ spec }: PersistentVolumeClaim, usage: Amounts): void {
  const requests: Amounts = new Map();
  addAmounts(requests, spec.resources?.requests);
  const storage = requests.get("storage");
  if (storage !== undefined) usage.set("requests.storage", storage);
  const name = spec.storageClassName ?? "";
  if (name === "") return;
  usage.set(`${name}.storageclass.storage.k8s.io/persistentvolumeclaims`, ONE);
  if (storage !== undefined) usage.set(`${name}.storageclass.storage.k8s.io/requests.storage`, storage);
}

/** Whether an object is in the scopes of a quota; only pods have scopes. */
export function inScopes(resource: Resource, object: ApiObject, quota: ResourceQuota): boolean {
  const scopes = quota.spec?.scopes ?? [];
  const selector = quota.spec?.scopeSelector?.matchExpressions ?? [];
  if (scopes.length === 0 && selector.length === 0) return true;
  if (resource !== "pods") return false;
  const pod = cast<Pod>(object);
  if (!scopes.every((scope) => inScope(pod, scope))) return false;
  return selector.every(({ scopeName, operator, values }) => {
    if (scopeName !== "PriorityClass") return inScope(pod, scopeName);
    const name = pod.spec.priorityClassName ?? "";
    if (operator === "Exists") return name !== "";
    if (operator === "DoesNotExist") return name === "";
    return (values ?? []).includes(name) === (operator === "In");
  });
}

function inScope(pod: Pod, scope: string): boolean {
  const terminating = pod.spec.activeDeadlineSeconds !== undefined;
  const { affinity } = pod.spec;
  switch (scope) {
    case "Terminating":
      return terminating;
    case "NotTerminating":
      return !terminating;
    case "BestEffort":
      return qosClass(pod.spec) === "BestEffort";
    case "NotBestEffort":
      return qosClass(pod.spec) !== "BestEffort";
    case "CrossNamespacePodAffinity":
      return [affinity?.podAffinity, affinity?.podAntiAffinity].some((part) =>
        [
          ...(part?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
          ...(part?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => term.podAffinityTerm),
        ].some((term) => (term.namespaces?.length ?? 0) > 0 || term.namespaceSelector !== undefined),
      );
    default:
      return true;
  }
}

import { compareText } from "../../base/order.ts";
import { parseTimestamp, timestamp } from "../../base/time.ts";
import { SECOND, cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import type { ApiObject, Resource } from "../../api/object.ts";
import type { Namespace, Pod } from "../../api/types/core-v1.ts";
import { nothing } from "../../client/controller.ts";
import type { Intents, Reply, Sync, Write } from "../../client/controller.ts";
import { namespacedResources } from "../owner-kinds.ts";
import { isFinished } from "../pods.ts";
import { objectOf, updateStatus } from "../requests.ts";
import { deletionConditions } from "./conditions.ts";
import type { Remains } from "./conditions.ts";

/** How long objects that only a finalizer holds are waited for, in seconds. */
const FINALIZER_ESTIMATE = 15;
const OTHERS: readonly Resource[] = namespacedResources.filter((resource) => resource !== "pods").sort(compareText);

type Phase = "pods" | "others";
/** What a request of a round was for. */
interface Step {
  readonly phase: Phase;
  readonly round: "before" | "delete" | "after";
  readonly resource: Resource;
}

/** One round: delete all pods; when none is left, everything else; when nothing is left, finalize. */
export function reconcileNamespace(sync: Sync<undefined>, mutants: ReadonlySet<string>): Intents<never> {
  const namespace = cast<Namespace | undefined>(sync.listers.of("namespaces").get(sync.key));
  if (namespace?.metadata.deletionTimestamp === undefined) return nothing;
  if ((namespace.spec?.finalizers ?? []).length === 0) return nothing;
  const last = sync.replies.at(-1);
  if (last?.write.request.subresource === "status") return afterConditions(last);
  const pods = answers(sync.replies, "pods");
  if (pods.length === 0) {
    if (mutants.has("NS-02")) return sweep(sync.key, "pods", ["networkpolicies.networking.k8s.io", "pods"]);
    return sweep(sync.key, "pods", ["pods"]);
  }
  const podRemains = remainsOf(pods);
  const estimate = remaining(namespace, podGrace(pods), sync.now);
  if (count(podRemains) > 0) {
    // Conditions about content are not told yet while pods remain.
    const report = { ...podRemains, resources: new Map(), finalizers: new Map() };
    return wait(namespace, report, podRemains, estimate, sync);
  }
  const others = answers(sync.replies, "others");
  if (others.length === 0) return sweep(sync.key, "others", OTHERS);
  const remains = remainsOf(others);
  if (count(remains) > 0 || remains.errors.length > 0) return wait(namespace, remains, remains, 0, sync);
  return finalize(namespace, remains, sync.now);
}

/** List, delete the collection, list again. */
function sweep(namespace: string, phase: Phase, resources: readonly Resource[]): Intents<never> {
  const step = (verb: "list" | "deletecollection", round: Step["round"], resource: Resource): Write => ({
    request: {
      verb,
      resource,
      namespace,
      ...(verb === "deletecollection" && { options: { propagationPolicy: "Background" } }),
    },
    note: { phase, round, resource } satisfies Step,
    ...(verb === "deletecollection" && { ignore: ["NotFound", "MethodNotAllowed"] as const }),
  });
  return {
    writes: [
      ...(phase === "pods" ? [resources.map((resource) => step("list", "before", resource))] : []),
      resources.map((resource) => step("deletecollection", "delete", resource)),
      resources.map((resource) => step("list", "after", resource)),
    ],
    then: "replies",
  };
}

function answers(replies: readonly Reply[], phase: Phase): readonly Reply[] {
  return replies.filter(({ write }) => cast<Step | undefined>(write.note)?.phase === phase);
}

function itemsOf({ response }: Reply): readonly ApiObject[] {
  return response.ok && "list" in response ? response.list.items : [];
}

function remainsOf(replies: readonly Reply[]): Remains {
  const resources = new Map<string, number>();
  const finalizers = new Map<string, number>();
  const errors: string[] = [];
  for (const reply of replies) {
    const { round, resource } = cast<Step>(reply.write.note);
    const { response } = reply;
    if (!response.ok && response.status.reason !== "NotFound" && response.status.reason !== "MethodNotAllowed")
      errors.push(response.status.message ?? "");
    if (round !== "after") continue;
    const items = itemsOf(reply);
    if (items.length > 0) resources.set(resource, items.length);
    for (const { metadata } of items)
      for (const finalizer of metadata.finalizers ?? [])
        finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
  }
  return { resources, finalizers, errors };
}

function count({ resources }: Remains): number {
  let total = 0;
  for (const number of resources.values()) total += number;
  return total;
}

/** The longest grace period of the pods that there were before, in seconds. */
function podGrace(replies: readonly Reply[]): number {
  let grace = 0;
  for (const reply of replies) {
    const { round, resource } = cast<Step>(reply.write.note);
    if (round !== "before" || resource !== "pods") continue;
    for (const pod of cast<readonly Pod[]>(itemsOf(reply)))
      if (!isFinished(pod)) grace = Math.max(grace, pod.spec.terminationGracePeriodSeconds ?? 0);
  }
  return grace;
}

/** An estimate that has already passed since the deletion counts as none. */
function remaining(namespace: Namespace, estimate: number, now: Millis): number {
  const since = now - parseTimestamp(namespace.metadata.deletionTimestamp ?? "");
  return since >= estimate * SECOND ? 0 : estimate;
}

/** Writes what remains and comes back after half the estimate and a second. */
function wait(
  namespace: Namespace,
  reported: Remains,
  remains: Remains,
  estimate: number,
  sync: Sync<undefined>,
): Intents<never> {
  const seconds = estimate > 0 ? estimate : remains.finalizers.size > 0 ? FINALIZER_ESTIMATE : 0;
  const writes = conditionWrites(namespace, reported, sync.now);
  if (remains.errors.length > 0 || seconds === 0)
    return { writes, failed: remains.errors[0] ?? `unexpected items still remain in namespace: ${sync.key}` };
  return { writes, requeueAfter: (Math.trunc(seconds / 2) + 1) * SECOND };
}

function conditionWrites(namespace: Namespace, remains: Remains, now: Millis): readonly (readonly Write[])[] {
  const before = namespace.status?.conditions ?? [];
  const conditions = deletionConditions(before, remains, timestamp(now));
  if (conditions === before) return [];
  const body = cast<Namespace>({ ...namespace, status: { ...namespace.status, phase: "Terminating", conditions } });
  return [[updateStatus("namespaces", body)]];
}

/** Takes the finalizer "kubernetes" away by the subresource finalize. */
function finalize(namespace: Namespace, remains: Remains, now: Millis): Intents<never> {
  const writes = conditionWrites(namespace, remains, now);
  if (writes.length > 0) return { writes, then: "replies" };
  return { writes: [[finalization(namespace)]] };
}

/** The conditions are written: finalizes what the server answered. */
function afterConditions(reply: Reply): Intents<never> {
  const namespace = cast<Namespace | undefined>(objectOf(reply));
  if (namespace === undefined) return { writes: [], failed: "the conditions could not be written" };
  return { writes: [[finalization(namespace)]] };
}

function finalization(namespace: Namespace): Write {
  const finalizers = (namespace.spec?.finalizers ?? []).filter((name) => name !== "kubernetes");
  const body = { ...namespace, spec: { ...namespace.spec, finalizers } };
  const { name } = namespace.metadata;
  return {
    request: { verb: "update", resource: "namespaces", name, subresource: "finalize", body },
    ignore: ["NotFound"],
  };
}

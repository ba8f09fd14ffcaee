import { compareText } from "../../base/order.ts";
import { cast } from "../../base/units.ts";
import { controllerOf } from "../../api/object.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { hasRandomName } from "./controllers-aliases.ts";
import type { Aliases } from "./controllers-aliases.ts";
import { snapshotKinds } from "./controllers-kinds.ts";

export type Fields = { readonly [field: string]: unknown };

const SPEC_FIELDS: { readonly [kind: string]: readonly string[] } = {
  Deployment: ["replicas", "paused"],
  ReplicaSet: ["replicas", "minReadySeconds"],
  ReplicationController: ["replicas"],
  StatefulSet: ["replicas"],
  Job: ["parallelism", "completions", "suspend", "backoffLimit", "completionMode", "podReplacementPolicy"],
  CronJob: ["suspend"],
  Service: ["type", "selector", "publishNotReadyAddresses"],
  PersistentVolumeClaim: ["volumeName", "storageClassName", "accessModes"],
  PersistentVolume: ["claimRef", "storageClassName", "persistentVolumeReclaimPolicy"],
  ResourceQuota: ["hard"],
  Namespace: ["finalizers"],
  Node: ["taints", "unschedulable"],
  HorizontalPodAutoscaler: ["minReplicas", "maxReplicas"],
};
const TIMES: ReadonlySet<string> = new Set([
  "lastTransitionTime",
  "lastUpdateTime",
  "lastProbeTime",
  "lastHeartbeatTime",
]);
const IDENTIFIERS: ReadonlySet<string> = new Set(["uid", "resourceVersion", "managedFields"]);
const PLAIN_CONDITIONS: ReadonlySet<string> = new Set([
  "PodScheduled",
  "Initialized",
  "ContainersReady",
  "Ready",
  "PodReadyToStartContainers",
]);

/** What a scenario's recording looks at. */
export interface Lens {
  readonly aliases: Aliases;
  readonly observe: ReadonlySet<string>;
  /** Names that the script gave to pods, by UID. */
  readonly tags: ReadonlyMap<string, string>;
}

/** The scenario's state as recordings tell it: kind → objects by content, equal ones counted. */
export function snapshot(lens: Lens): Fields {
  const { aliases, observe } = lens;
  aliases.learn();
  const state: { [kind: string]: unknown } = {};
  for (const kind of snapshotKinds) {
    if (kind === "EndpointSlice" || kind === "Endpoints") continue;
    if (kind === "Namespace" && !observe.has("namespace")) continue;
    const defaults = kind === "ServiceAccount" || kind === "ConfigMap" ? !observe.has("defaults") : false;
    const objects = aliases
      .all(kind)
      .filter(({ metadata: { name } }) => !defaults || (name !== "default" && name !== "kube-root-ca.crt"));
    if (objects.length > 0) state[kind] = counted(objects.map((object) => general(lens, kind, object)));
  }
  const pods = cast<readonly Pod[]>(aliases.all("Pod"));
  if (pods.length > 0) state["Pod"] = counted(pods.map((pod) => podClass(lens, pod)));
  return state;
}

/** Sorted by content; equal entries become one with their number. */
export function counted(items: readonly Fields[]): readonly Fields[] {
  const entries = new Map<string, { readonly item: Fields; count: number }>();
  for (const item of items) {
    const key = JSON.stringify(sorted(item));
    const entry = entries.get(key);
    if (entry === undefined) entries.set(key, { item, count: 1 });
    else entry.count += 1;
  }
  return [...entries]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, { item, count }]) => (count > 1 ? { ...item, count } : item));
}

/** The same value with all fields in the order of their names. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => compareText(a, b))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

function general({ aliases, observe }: Lens, kind: string, object: ApiObject): Fields {
  const { metadata } = object;
  const { spec, status, revision } = cast<{
    readonly spec?: Fields;
    readonly status?: Fields;
    readonly revision?: number;
  }>(object);
  const owners = ownersOf(aliases, object);
  const annotations = annotationsOf(aliases, object);
  const shown: { [field: string]: unknown } = {};
  for (const field of SPEC_FIELDS[kind] ?? [])
    if (spec?.[field] !== undefined) shown[field] = tidy(aliases, spec[field], 0);
  const template = cast<{ readonly template?: { readonly spec?: Fields } } | undefined>(spec)?.template;
  const image = images(template?.spec);
  const finalizers = [...(metadata.finalizers ?? [])].sort(compareText);
  const seen = kind === "Node" ? { conditions: status?.["conditions"] } : status;
  const labels = observe.has("labels") ? aliasedMap(aliases, metadata.labels) : undefined;
  return {
    name: aliases.text(metadata.name),
    ...(owners.length > 0 && { owners }),
    ...(annotations !== undefined && { annotations }),
    ...(labels !== undefined && { labels }),
    ...(finalizers.length > 0 && { finalizers }),
    ...(metadata.deletionTimestamp !== undefined && { terminating: true }),
    ...(Object.keys(shown).length > 0 && { spec: shown }),
    ...(image !== "" && { image }),
    ...(seen !== undefined &&
      Object.keys(seen).length > 0 && { status: tidy(aliases, seen, metadata.generation ?? 0) }),
    ...(kind === "ControllerRevision" && { revision }),
  };
}

function annotationsOf(aliases: Aliases, { metadata }: ApiObject): Fields | undefined {
  const shown: { [key: string]: string } = {};
  for (const [key, value] of Object.entries(metadata.annotations ?? {})) {
    if (key === "kubectl.kubernetes.io/last-applied-configuration") continue;
    const isTime = key.endsWith("last-change-trigger-time") || key.endsWith("cronjob-scheduled-timestamp");
    shown[key] = isTime ? "T" : aliases.text(value);
  }
  return Object.keys(shown).length > 0 ? shown : undefined;
}

function aliasedMap(aliases: Aliases, map: { readonly [key: string]: string } | undefined): Fields | undefined {
  const entries = Object.entries(map ?? {});
  return entries.length === 0
    ? undefined
    : Object.fromEntries(entries.map(([key, value]) => [key, aliases.text(value)]));
}

function ownersOf(aliases: Aliases, { metadata }: ApiObject): readonly Fields[] {
  const owners = (metadata.ownerReferences ?? []).map(({ kind, name, controller, blockOwnerDeletion }) => ({
    owner: `${kind}/${aliases.text(name)}`,
    ...(controller === true && { controller }),
    ...(blockOwnerDeletion === true && { blocks: true }),
  }));
  return owners.sort((a, b) => compareText(a.owner, b.owner));
}

/** Times become "T", identifiers go, texts get their aliases, conditions are sorted by type. */
function tidy(aliases: Aliases, value: unknown, generation: number): unknown {
  if (typeof value === "string") return aliases.text(value);
  if (Array.isArray(value)) return value.map((item) => tidy(aliases, item, generation));
  if (typeof value !== "object" || value === null) return value;
  const shown: { [field: string]: unknown } = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === null || item === undefined || IDENTIFIERS.has(key) || TIMES.has(key)) continue;
    if (key.endsWith("Time") || key.endsWith("Timestamp")) shown[key] = "T";
    else if (key === "observedGeneration") {
      if (generation !== item) shown["generationLag"] = generation - Number(item);
    } else if (key === "disruptedPods") shown[key] = Object.keys(item).length;
    else if (key === "uncountedTerminatedPods") {
      const uncounted = Object.entries(cast<{ readonly [list: string]: readonly string[] }>(item)).filter(
        ([, list]) => list.length > 0,
      );
      if (uncounted.length > 0) shown[key] = Object.fromEntries(uncounted.map(([name, list]) => [name, list.length]));
    } else if (key === "conditions") {
      const conditions = cast<{ readonly type: string }[]>(tidy(aliases, item, generation));
      shown[key] = conditions.sort((a, b) => compareText(a.type, b.type));
    } else shown[aliases.text(key)] = tidy(aliases, item, generation);
  }
  return shown;
}

/** Images of the containers of a pod or a template. */
export function images(spec: unknown): string {
  const containers = cast<{ readonly containers?: readonly { readonly image?: string }[] } | undefined>(
    spec,
  )?.containers;
  return (containers ?? []).map(({ image }) => image ?? "").join(",");
}

/** What tells a pod from others: pods of equal class are interchangeable. */
export function podClass(lens: Lens, pod: Pod): Fields {
  const { aliases, observe, tags } = lens;
  const { metadata, spec, status } = pod;
  const owner = controllerOf(pod);
  const owners = owner === undefined ? ownersOf(aliases, pod) : [];
  const tag = tags.get(metadata.uid);
  const hash = metadata.labels?.["controller-revision-hash"] ?? metadata.labels?.["pod-template-hash"];
  const node = spec.nodeName ?? "";
  const restarts = (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
  const waiting = status?.containerStatuses?.findLast(({ state }) => state?.waiting?.reason !== undefined)?.state
    ?.waiting?.reason;
  const finalizers = [...(metadata.finalizers ?? [])].sort(compareText);
  const conditions = (status?.conditions ?? [])
    .filter(({ type }) => !PLAIN_CONDITIONS.has(type))
    .map((condition) => tidy(aliases, condition, metadata.generation ?? 0));
  return {
    phase: status?.phase ?? "",
    image: images(spec),
    ...(!hasRandomName(pod) && { name: aliases.text(metadata.name) }),
    ...(owner !== undefined && { owner: `${owner.kind}/${aliases.text(owner.name)}` }),
    ...(owners.length > 0 && { owners }),
    ...(tag !== undefined && { tag }),
    ...(hash !== undefined && { hash: aliases.text(hash) }),
    ready: status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") === true,
    ...(metadata.deletionTimestamp !== undefined && { terminating: true }),
    bound: node !== "",
    ...(observe.has("node") && node !== "" && { node: aliases.text(node) }),
    ...(status?.reason !== undefined && { reason: aliases.text(status.reason) }),
    ...(waiting !== undefined && { waiting }),
    ...(restarts > 0 && { restarts }),
    ...(finalizers.length > 0 && { finalizers }),
    ...podAnnotations(pod),
    ...(conditions.length > 0 && { conditions }),
    ...observed(lens, pod),
  };
}

function podAnnotations({ metadata }: Pod): Fields {
  const shown: { [field: string]: string } = {};
  for (const [key, value] of Object.entries(metadata.annotations ?? {})) {
    if (key === "batch.kubernetes.io/job-completion-index") shown["index"] = value;
    else if (
      /^(batch.kubernetes.io\/job-index-(ignored-)?failure-count|controller.kubernetes.io\/pod-deletion-cost)$/.test(
        key,
      )
    )
      shown[key.slice(key.indexOf("/") + 1)] = value;
  }
  return shown;
}

function observed({ aliases, observe }: Lens, { metadata, spec }: Pod): Fields {
  const claims = (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
  return {
    ...(observe.has("labels") && { labels: aliasedMap(aliases, metadata.labels) ?? {} }),
    ...(observe.has("resources") && { resources: spec.containers.map(({ resources }) => resources ?? {}) }),
    ...(observe.has("volumes") && {
      claims: claims.length === 0 ? null : [...claims].sort(compareText),
      hostname: spec.hostname ?? "",
      subdomain: spec.subdomain ?? "",
    }),
    ...(observe.has("tolerations") && {
      tolerations: tidy(aliases, spec.tolerations, 0) ?? null,
      affinity: tidy(aliases, spec.affinity, 0) ?? null,
    }),
  };
}

import type { Request, Response } from "../../api/request.ts";
import type { ApiObject } from "../../api/object.ts";
import { objectKey } from "../../api/object.ts";
import type { Container, Pod, PodStatus } from "../../api/types/core-v1.ts";
import { timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import { computeQosClass } from "../../kubelet/resources/qos.ts";
import type { Step } from "./kubelet-script.ts";

type Json = { readonly [field: string]: unknown };

/** A tiny API server for one kubelet: stores pods, applies patches, tells every change. Plain state but for `changed`. */
export class KubeletApi {
  readonly pods: Map<string, Pod> = new Map();
  readonly others: Map<string, ApiObject> = new Map();
  readonly #changed: (before: Pod | undefined, after: Pod | undefined, now: number) => void;
  #revision = 0;

  constructor(changed: (before: Pod | undefined, after: Pod | undefined, now: number) => void) {
    this.#changed = changed;
  }

  /** Creates a pod as the API server would: identity, defaults that the kubelet reads, first status. */
  create(manifest: Pod, node: string, now: number): void {
    const { name } = manifest.metadata;
    const spec = { ...manifest.spec, nodeName: node };
    const defaulted = {
      ...spec,
      containers: spec.containers.map(withRequests),
      ...(spec.initContainers !== undefined && { initContainers: spec.initContainers.map(withRequests) }),
    };
    const pod: Pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        ...manifest.metadata,
        name,
        namespace: "default",
        uid: `uid-of-${name}`,
        generation: 1,
        creationTimestamp: timestamp(now),
        resourceVersion: "",
      },
      spec: defaulted,
    };
    this.#store({ ...pod, status: { phase: "Pending", qosClass: computeQosClass(pod) } }, now);
  }

  /** Carries out a request of the kubelet. */
  handle(request: Request, now: number): Response {
    if (request.resource !== "pods") return this.#other(request);
    const key = `${request.namespace}/${request.name}`;
    const pod = this.pods.get(key);
    if (pod === undefined) return refused(404, "NotFound");
    if (request.verb === "delete") {
      if (request.options?.preconditions?.uid !== pod.metadata.uid) return refused(409, "Conflict");
      this.remove(key, 0, now);
      return { ok: true, code: 200, object: pod };
    }
    if (request.verb === "patch" && request.subresource === "status") {
      const patch = cast<{ metadata: { uid: string }; status: Json }>(request.body);
      if (patch.metadata.uid !== pod.metadata.uid) return refused(409, "Conflict");
      const stored = this.#store({ ...pod, status: patchStatus(pod.status ?? {}, patch.status) }, now);
      return { ok: true, code: 200, object: stored };
    }
    return refused(405, "MethodNotAllowed");
  }

  #other(request: Request): Response {
    if (request.verb === "create" || request.verb === "update" || request.verb === "patch") {
      const body = cast<{ metadata?: { name?: string } }>(request.body);
      const name = request.name ?? body.metadata?.name ?? "";
      const object = cast<ApiObject>({
        ...body,
        metadata: { ...body.metadata, name, uid: name, resourceVersion: "1" },
      });
      return { ok: true, code: 200, object };
    }
    const kind = request.resource === "secrets" ? "Secret" : "ConfigMap";
    const found = this.others.get(`${kind}/${request.name}`);
    return found === undefined ? refused(404, "NotFound") : { ok: true, code: 200, object: found };
  }

  /** A step of the script, about the pod `key`. */
  step(step: Step, key: string, now: number): void {
    if (step.do === "create" && step.object !== undefined) {
      const { kind, metadata } = step.object;
      this.others.set(`${kind}/${metadata.name}`, cast<ApiObject>(step.object));
      return;
    }
    if (step.do === "remove" && step.object !== undefined) {
      this.others.delete(`${step.object.kind}/${step.object.metadata.name}`);
      return;
    }
    const pod = this.pods.get(key);
    if (pod === undefined) return;
    if (step.do === "delete") this.remove(key, step.grace, now);
    else if (step.do === "patch") this.#patch(pod, step, now);
  }

  #patch(pod: Pod, step: Step, now: number): void {
    if (step.subresource === "status") {
      const { status = {}, metadata } = cast<{ status?: Json; metadata?: Json }>(step.patch);
      this.#store({ ...pod, ...(metadata !== undefined && {}), status: patchStatus(pod.status ?? {}, status) }, now);
      return;
    }
    const patched = cast<Pod>(applyPatch(pod, step));
    const spec = patched.spec !== pod.spec;
    const { generation = 1 } = pod.metadata;
    const metadata = { ...patched.metadata, generation: spec ? generation + 1 : generation };
    this.#store({ ...patched, metadata }, now);
    if (pod.metadata.deletionTimestamp !== undefined) this.#dropIfFree(objectKey(pod), now);
  }

  /** Deletes gracefully: at once if nothing has to wait. */
  remove(key: string, grace: number | undefined, now: number): void {
    const pod = this.pods.get(key);
    if (pod === undefined) return;
    const phase = pod.status?.phase;
    const ended = phase === "Succeeded" || phase === "Failed";
    const { deletionTimestamp, deletionGracePeriodSeconds: left, generation = 1 } = pod.metadata;
    const wanted = ended ? 0 : (grace ?? left ?? pod.spec.terminationGracePeriodSeconds ?? 30);
    if (deletionTimestamp !== undefined && left !== undefined && wanted >= left && wanted !== 0) return;
    const again = deletionTimestamp !== undefined;
    const metadata = {
      ...pod.metadata,
      deletionTimestamp: timestamp(now + wanted * 1000),
      deletionGracePeriodSeconds: wanted,
      generation: again ? generation : generation + 1,
    };
    this.#store({ ...pod, metadata }, now);
    if (wanted === 0) this.#dropIfFree(key, now);
  }

  #dropIfFree(key: string, now: number): void {
    const pod = this.pods.get(key);
    if (pod === undefined || pod.metadata.deletionGracePeriodSeconds !== 0) return;
    if ((pod.metadata.finalizers ?? []).length > 0) return;
    this.pods.delete(key);
    this.#changed(pod, undefined, now);
  }

  #store(pod: Pod, now: number): Pod {
    const key = objectKey(pod);
    this.#revision += 1;
    const stored = { ...pod, metadata: { ...pod.metadata, resourceVersion: String(this.#revision) } };
    const before = this.pods.get(key);
    this.pods.set(key, stored);
    this.#changed(before, stored, now);
    return stored;
  }
}

/** Requests that are missing are the limits, as the API server defaults them. */
function withRequests(container: Container): Container {
  const { limits, requests } = container.resources ?? {};
  if (limits === undefined) return container;
  return { ...container, resources: { ...container.resources, requests: { ...limits, ...requests } } };
}

function refused(code: number, reason: "NotFound" | "Conflict" | "MethodNotAllowed"): Response {
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", reason, code } as const;
  return { ok: false, status };
}

function patchStatus(status: PodStatus, patch: Json): PodStatus {
  const result: { [field: string]: unknown } = { ...status };
  for (const field in patch) {
    const value = patch[field];
    if (field === "$setElementOrder/conditions") continue;
    if (value === null) delete result[field];
    else if (field === "conditions") result[field] = patchConditions(status, cast<readonly Json[]>(value), patch);
    else if (field === "podIPs") result[field] = cast<readonly Json[]>(value).filter((v) => v.$patch === undefined);
    else result[field] = value;
  }
  return cast<PodStatus>(result);
}

function patchConditions(status: PodStatus, changes: readonly Json[], patch: Json): Json[] {
  const conditions = new Map<string, Json>((status.conditions ?? []).map((c) => [c.type, cast<Json>(c)]));
  for (const change of changes) {
    const type = String(change.type);
    if (change.$patch === "delete") {
      conditions.delete(type);
      continue;
    }
    const merged: { [field: string]: unknown } = { ...conditions.get(type), ...change };
    for (const field in merged) if (merged[field] === null) delete merged[field];
    conditions.set(type, merged);
  }
  const order = cast<readonly Json[] | undefined>(patch["$setElementOrder/conditions"])?.map(({ type }) =>
    String(type),
  );
  const all = [...conditions.values()];
  if (order === undefined) {
    // Without a given order what is new comes first.
    const known = new Set((status.conditions ?? []).map((c) => c.type));
    return [...all.filter((c) => !known.has(String(c.type))), ...all.filter((c) => known.has(String(c.type)))];
  }
  const place = (c: Json): number => order.indexOf(String(c.type));
  return all.sort((a, b) => place(a) - place(b));
}

function applyPatch(pod: Pod, step: Step): unknown {
  if (step.type === "json" || Array.isArray(step.patch)) {
    let result: unknown = pod;
    for (const { op, path, value } of cast<readonly { op: string; path: string; value?: unknown }[]>(step.patch))
      result = setPath(result, path.split("/").slice(1), op === "remove" ? undefined : value);
    return result;
  }
  return mergeInto(pod, step.patch, step.type !== "merge");
}

function setPath(target: unknown, path: readonly string[], value: unknown): unknown {
  const [head = "", ...rest] = path;
  if (Array.isArray(target)) {
    const copy = [...target];
    if (rest.length > 0) copy[Number(head)] = setPath(copy[Number(head)], rest, value);
    else if (head === "-") copy.push(value);
    else if (value === undefined) copy.splice(Number(head), 1);
    else copy[Number(head)] = value;
    return copy;
  }
  const copy: { [field: string]: unknown } = { ...cast<Json>(target ?? {}) };
  const field = head.replaceAll("~1", "/").replaceAll("~0", "~");
  if (rest.length > 0) copy[field] = setPath(copy[field], rest, value);
  else if (value === undefined) delete copy[field];
  else copy[field] = value;
  return copy;
}

function mergeInto(target: unknown, patch: unknown, strategic: boolean): unknown {
  if (
    strategic &&
    Array.isArray(patch) &&
    Array.isArray(target) &&
    patch.every((p) => cast<Json>(p)?.name !== undefined)
  ) {
    const list = [...cast<Json[]>(target)];
    for (const item of cast<Json[]>(patch)) {
      const at = list.findIndex((t) => t.name === item.name);
      if (at < 0) list.push(item);
      else list[at] = cast<Json>(mergeInto(list[at], item, strategic));
    }
    return list;
  }
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const copy: { [field: string]: unknown } = { ...cast<Json>(target ?? {}) };
  for (const field in patch) {
    const value = cast<Json>(patch)[field];
    if (value === null) delete copy[field];
    else copy[field] = mergeInto(copy[field], value, strategic);
  }
  return copy;
}

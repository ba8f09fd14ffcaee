import type { ApiObject } from "../api/object.ts";
import type { Request, Response } from "../api/request.ts";
import type { Container, Pod } from "../api/types/core-v1.ts";
import { SECOND, cast } from "../base/units.ts";
import type { Millis } from "../base/units.ts";
import { podEvent } from "./recorder.ts";
import type { Kubelet, PodWorker, StartFailure, SyncRun } from "./state.ts";
import { wakeAt } from "./wakes.ts";

/** A ConfigMap or Secret that a pod needs. */
interface Reference {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
  /** A key that it must have. */
  readonly key?: string;
  /** The volume that shows it. */
  readonly volume?: string;
}

/** First wait before a volume is tried again; it doubles. */
const MOUNT_FIRST: Millis = SECOND / 2;
const MOUNT_MAX: Millis = 122 * SECOND;

/** Asks the API for what a container's environment refers to and the sync has not asked for yet; true while answers are awaited. */
export function fetchConfig(kubelet: Kubelet, worker: PodWorker, run: SyncRun, container: Container): boolean {
  return fetchAll(kubelet, worker, run, environment(container));
}

/** Asks for what the pod's volumes show. */
export function fetchVolumes(kubelet: Kubelet, worker: PodWorker, run: SyncRun): boolean {
  return fetchAll(kubelet, worker, run, volumes(worker.pod));
}

function fetchAll(kubelet: Kubelet, worker: PodWorker, run: SyncRun, references: readonly Reference[]): boolean {
  for (const { kind, name } of references) {
    const key = `${kind}/${name}`;
    if (run.configs.has(key)) continue;
    run.configs.set(key, undefined);
    run.fetching += 1;
    const request: Request = {
      verb: "get",
      resource: kind === "Secret" ? "secrets" : "configmaps",
      namespace: worker.pod.metadata.namespace ?? "default",
      name,
    };
    kubelet.io.request(request, { type: "config", uid: worker.uid, key });
  }
  return run.fetching > 0;
}

/** Takes an answer; true when none is awaited any more. */
export function configReply(run: SyncRun, key: string, response: Response): boolean {
  run.fetching -= 1;
  if (response.ok && "object" in response) run.configs.set(key, response.object);
  return run.fetching === 0;
}

/** Why the container's configuration cannot be made (CreateContainerConfigError); undefined: it can. */
export function configFailure(run: SyncRun, worker: PodWorker, container: Container): StartFailure | undefined {
  for (const reference of environment(container)) {
    const message = missing(run, worker, reference);
    if (message !== undefined) return { reason: "CreateContainerConfigError", message };
  }
  const context = { ...worker.pod.spec.securityContext, ...container.securityContext };
  if (context.runAsNonRoot === true && context.runAsUser === 0) {
    const message = `container's runAsUser breaks non-root policy (pod: "${podText(worker)}", container: ${container.name})`;
    return { reason: "CreateContainerConfigError", message };
  }
  return undefined;
}

function podText(worker: PodWorker): string {
  const { name, namespace = "default" } = worker.pod.metadata;
  return `${name}_${namespace}(${worker.uid})`;
}

/** Whether all volumes could be mounted; if not, says so and tries again later. */
export function mountVolumes(kubelet: Kubelet, worker: PodWorker, run: SyncRun): boolean {
  for (const reference of volumes(worker.pod)) {
    const message = missing(run, worker, reference);
    if (message === undefined) continue;
    const text = `MountVolume.SetUp failed for volume "${reference.volume ?? ""}" : ${message}`;
    podEvent(kubelet, worker, "Warning", "FailedMount", text);
    run.configs.clear();
    worker.mountAt = kubelet.io.now + Math.min(MOUNT_MAX, MOUNT_FIRST * 2 ** worker.mountFailures);
    worker.mountFailures += 1;
    wakeAt(kubelet, worker.mountAt, "mount", worker.uid);
    return false;
  }
  worker.mountAt = undefined;
  return true;
}

function missing(run: SyncRun, worker: PodWorker, { kind, name, key }: Reference): string | undefined {
  const object = run.configs.get(`${kind}/${name}`);
  if (object === undefined) return `${kind.toLowerCase()} "${name}" not found`;
  if (key === undefined) return undefined;
  const data = cast<ApiObject & { data?: object; binaryData?: object; stringData?: object }>(object);
  if ([data.data, data.binaryData, data.stringData].some((d) => d !== undefined && key in d)) return undefined;
  return `couldn't find key ${key} in ${kind} ${worker.pod.metadata.namespace ?? "default"}/${name}`;
}

function environment(container: Container): Reference[] {
  const found: Reference[] = [];
  const add = (
    kind: Reference["kind"],
    of: { readonly name?: string; readonly key?: string; readonly optional?: boolean } | undefined,
  ): void => {
    if (of?.name === undefined || of.optional === true) return;
    found.push({ kind, name: of.name, ...(of.key !== undefined && { key: of.key }) });
  };
  for (const { configMapRef, secretRef } of container.envFrom ?? []) {
    add("ConfigMap", configMapRef);
    add("Secret", secretRef);
  }
  for (const { valueFrom } of container.env ?? []) {
    add("ConfigMap", valueFrom?.configMapKeyRef);
    add("Secret", valueFrom?.secretKeyRef);
  }
  return found;
}

function volumes(pod: Pod): Reference[] {
  const found: Reference[] = [];
  for (const { name: volume, configMap, secret } of pod.spec.volumes ?? []) {
    if (configMap?.name !== undefined && configMap.optional !== true)
      found.push({ kind: "ConfigMap", name: configMap.name, volume });
    if (secret?.secretName !== undefined && secret.optional !== true)
      found.push({ kind: "Secret", name: secret.secretName, volume });
  }
  return found;
}

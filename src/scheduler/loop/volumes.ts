import type { ApiObject, Resource } from "../../api/object.ts";
import { objectKey } from "../../api/object.ts";
import type { Response } from "../../api/request.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import { cast, SECOND } from "../../base/units.ts";
import { forgetPod } from "../cache/cache.ts";
import { podUid } from "../cache/pod-info.ts";
import type { Cycle } from "../framework/cycle.ts";
import type { Status } from "../framework/status.ts";
import { isFullyBound } from "../plugins/volume-binding/claims.ts";
import { podVolumesOn } from "../plugins/volume-binding/plugin.ts";
import { ASSIGNED_POD_DELETE } from "../queue/derived-events.ts";
import { moveAll } from "../queue/scheduling-queue.ts";
import { expectBinding, sendBinding } from "./bind.ts";
import type { Failure } from "./failure-handler.ts";
import { handleFailure, schedulerError } from "./failure-handler.ts";
import type { Binding, Loop } from "./state.ts";
import { cachedPod } from "./state.ts";

/** What VolumeBinding has asked for before a pod is bound. Plain data. */
export interface AwaitedVolumes {
  /** Keys of the claims that must be bound. */
  readonly claims: readonly string[];
  /** Keys of the assumed objects. */
  readonly assumed: readonly string[];
  /** Writes that are not answered yet. */
  answers: number;
}

const CLAIMS = "persistentvolumeclaims";
const VOLUMES = "persistentvolumes";
const BIND_TIMEOUT_SECONDS = 600;

/**
 * Assumes the volumes that the pod gets on its node and asks for them: volumes that exist get a claimRef, claims whose volumes
 * are to be made get the node's name (AssumePodVolumes, BindPodVolumes). Undefined: nothing to do.
 */
export function assumeVolumes(loop: Loop, cycle: Cycle, nodeName: string): AwaitedVolumes | undefined {
  const { state, io, setup } = loop;
  const node = cycle.cache.nodes.get(nodeName)?.node;
  if (setup.volumes !== true || node === undefined) return undefined;
  const found = podVolumesOn(cycle, node);
  if ("code" in found || found.bindings.length + found.provisions.length === 0) return undefined;
  const changed: { readonly resource: Resource; readonly object: ApiObject }[] = [];
  for (const { claim, volume } of found.bindings) {
    const object = cycle.objects.get(VOLUMES, volume);
    if (object !== undefined) changed.push({ resource: VOLUMES, object: claimed(cast(object), claim) });
  }
  for (const claim of found.provisions) {
    const annotations = { ...claim.metadata.annotations, "volume.kubernetes.io/selected-node": nodeName };
    const object = { ...claim, metadata: { ...claim.metadata, annotations } };
    changed.push({ resource: CLAIMS, object: cast<ApiObject>(object) });
  }
  const uid = podUid(cycle.pod);
  expectBinding(io, cycle.pod, nodeName);
  for (const { resource, object } of changed) {
    const { name, namespace } = object.metadata;
    state.assumedVolumes.set(`${resource} ${objectKey(object)}`, object);
    io.request(
      { verb: "update", resource, name, ...(namespace !== undefined && { namespace }), body: object },
      { type: "volume", uid },
    );
  }
  const { bindTimeoutSeconds = BIND_TIMEOUT_SECONDS } = cycle.profile.pluginConfig["VolumeBinding"] ?? {};
  io.timer(io.now + cast<number>(bindTimeoutSeconds) * SECOND, { type: "volumes-late", uid });
  return {
    claims: [...found.bindings.map(({ claim }) => claim), ...found.provisions].map((claim) => objectKey(cast(claim))),
    assumed: changed.map(({ resource, object }) => `${resource} ${objectKey(object)}`),
    answers: changed.length,
  };
}

/** Why the pod cannot have its volumes on the node that was chosen for it, where that has changed since. */
export function volumesLost(cycle: Cycle, nodeName: string): Status | undefined {
  const node = cycle.cache.nodes.get(nodeName)?.node;
  const found = cycle.volumes !== true || node === undefined ? undefined : podVolumesOn(cycle, node);
  return found !== undefined && "code" in found ? found : undefined;
}

/** How a binding fails whose volumes cannot be bound. */
export function volumesFailed(why: string): Failure {
  return schedulerError(`running PreBind plugin "VolumeBinding": binding volumes: ${why}`);
}

/** A write for a pod's volumes was answered. */
export function volumeAnswered(loop: Loop, uid: string, response: Response): void {
  const binding = loop.state.binding.get(uid);
  if (binding?.volumes === undefined) return;
  if (!response.ok) {
    giveUp(loop, uid, binding, response.status.message ?? response.status.reason ?? "");
    return;
  }
  binding.volumes.answers -= 1;
  goOn(loop, uid, binding);
}

/** Claims or volumes have changed: pods whose volumes are all there are bound. */
export function volumesChanged(loop: Loop): void {
  for (const [uid, binding] of [...loop.state.binding]) goOn(loop, uid, binding);
}

/** The volumes of a pod are waited for no longer. */
export function volumesAreLate(loop: Loop, uid: string): void {
  const binding = loop.state.binding.get(uid);
  if (binding?.volumes !== undefined) giveUp(loop, uid, binding, "context deadline exceeded");
}

function goOn(loop: Loop, uid: string, binding: Binding): void {
  const { state, setup, io } = loop;
  const { volumes, info, node } = binding;
  if (volumes === undefined || volumes.answers > 0 || !binding.permitted) return;
  const claims = io.listers.of(CLAIMS);
  for (const key of volumes.claims) {
    const claim = cast<PersistentVolumeClaim | undefined>(claims.get(key));
    if (claim === undefined) {
      giveUp(loop, uid, binding, `persistentvolumeclaim "${key.slice(key.indexOf("/") + 1)}" not found`);
      return;
    }
    if (!isFullyBound(claim)) return;
  }
  for (const key of volumes.assumed) state.assumedVolumes.delete(key);
  const { volumes: _done, ...rest } = binding;
  state.binding.set(uid, rest);
  const profile = setup.config.profiles.get(info.pod.spec.schedulerName ?? "default-scheduler");
  if (profile !== undefined) sendBinding(loop, profile, info.pod, node);
}

function giveUp(loop: Loop, uid: string, { volumes, info, assumed }: Binding, why: string): void {
  const { state, queue } = loop;
  state.binding.delete(uid);
  for (const key of volumes?.assumed ?? []) state.assumedVolumes.delete(key);
  forgetPod(state.cache, uid);
  const { namespace = "", name } = info.pod.metadata;
  if (cachedPod(loop, `${namespace}/${name}`)?.metadata.uid !== uid) return;
  moveAll(queue, ASSIGNED_POD_DELETE, assumed);
  handleFailure(loop, info, volumesFailed(why));
}

function claimed(volume: PersistentVolume, { metadata }: PersistentVolumeClaim): ApiObject {
  const { namespace, name, uid, resourceVersion } = metadata;
  const claimRef = { kind: "PersistentVolumeClaim", apiVersion: "v1", namespace, name, uid, resourceVersion };
  const annotations =
    volume.spec?.claimRef === undefined
      ? { ...volume.metadata.annotations, "pv.kubernetes.io/bound-by-controller": "yes" }
      : volume.metadata.annotations;
  return cast<ApiObject>({
    ...volume,
    metadata: { ...volume.metadata, ...(annotations !== undefined && { annotations }) },
    spec: { ...volume.spec, claimRef },
  });
}

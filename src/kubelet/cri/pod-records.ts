import type { ContainerRecord, PodRuntime, RuntimeState, SandboxRecord } from "./runtime-state.ts";

/** The newest record of a container. */
export function newestOf(pod: PodRuntime | undefined, container: string): ContainerRecord | undefined {
  if (pod === undefined) return undefined;
  for (const record of pod.containers) if (record.name === container) return record;
  return undefined;
}

/** The record with an id. */
export function recordOf(pod: PodRuntime | undefined, id: string): ContainerRecord | undefined {
  return pod?.containers.find((record) => record.id === id);
}

/** Puts a pod's new state and notes that it has to be told. */
export function putPod(state: RuntimeState, pod: PodRuntime): void {
  if (pod.containers.length === 0 && pod.sandboxes.length === 0) state.pods.delete(pod.uid);
  else state.pods.set(pod.uid, pod);
  state.outbox.changed.add(pod.uid);
}

/** Replaces one container record. */
export function putContainer(state: RuntimeState, pod: PodRuntime, record: ContainerRecord): PodRuntime {
  const changed = { ...pod, containers: pod.containers.map((r) => (r.id === record.id ? record : r)) };
  putPod(state, changed);
  return changed;
}

/** Replaces the sandboxes of a pod. */
export function putSandboxes(state: RuntimeState, pod: PodRuntime, sandboxes: readonly SandboxRecord[]): void {
  putPod(state, { ...pod, sandboxes });
}

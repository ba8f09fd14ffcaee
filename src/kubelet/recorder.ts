import type { Kubelet, PodWorker } from "./state.ts";

/** Records an event of a container, or of the pod when `container` is absent. */
export function podEvent(
  { io }: Kubelet,
  worker: PodWorker,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
  container?: string,
): void {
  const fieldPath = container === undefined ? undefined : fieldPathOf(worker, container);
  io.event({ object: worker.pod, type, reason, message, ...(fieldPath !== undefined && { fieldPath }) });
}

function fieldPathOf(worker: PodWorker, container: string): string {
  const { initContainers, ephemeralContainers } = worker.pod.spec;
  if (initContainers?.some((c) => c.name === container) === true) return `spec.initContainers{${container}}`;
  if (ephemeralContainers?.some((c) => c.name === container) === true) return `spec.ephemeralContainers{${container}}`;
  return `spec.containers{${container}}`;
}

/** How upstream prints a pod in messages: name_namespace(uid). */
export function podText(worker: PodWorker): string {
  const { name, namespace = "default" } = worker.pod.metadata;
  return `${name}_${namespace}(${worker.uid})`;
}

import type { Request } from "../api/request.ts";
import type { PodWorker } from "./state.ts";

/** A request about the pod of a worker. */
export function podRequest(worker: PodWorker, rest: Omit<Request, "resource" | "namespace" | "name">): Request {
  const { namespace = "default", name } = worker.pod.metadata;
  return { resource: "pods", namespace, name, ...rest };
}

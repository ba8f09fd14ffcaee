import type { Container } from "../api/types/core-v1.ts";
import type { Kubelet, PodWorker, StartFailure } from "./state.ts";

/** Why the container's configuration cannot be made (CreateContainerConfigError); undefined: it can. */
export function configFailure(_kubelet: Kubelet, _worker: PodWorker, _container: Container): StartFailure | undefined {
  return undefined;
}

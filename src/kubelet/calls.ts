import type { Call } from "./cri/runtime-state.ts";
import type { Kubelet, PendingCall, PodWorker } from "./state.ts";

/** Sends calls of one pod to the runtime, one after another; `pending` says what the answer is for. */
export function callRuntime(
  { state, io }: Kubelet,
  worker: PodWorker,
  calls: readonly Call[],
  pending?: Omit<PendingCall, "uid">,
): void {
  state.lastCall += 1;
  if (pending !== undefined) state.calls.set(state.lastCall, { uid: worker.uid, ...pending });
  const { namespace = "default", name } = worker.pod.metadata;
  io.machine({ type: "Calls", client: state.startedAt, id: state.lastCall, uid: worker.uid, name, namespace, calls });
}

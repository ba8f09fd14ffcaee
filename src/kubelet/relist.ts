import type { Call } from "./cri/runtime-state.ts";
import { callRuntime } from "./calls.ts";
import type { Kubelet, PodWorker } from "./state.ts";
import { nextRelist, wakeAt } from "./wakes.ts";

/** Has the pod looked at in the next round of the pod lifecycle event generator. */
export function relistAtNextTick(kubelet: Kubelet, worker: PodWorker): void {
  const { state, io } = kubelet;
  state.relist.add(worker.uid);
  if (state.relistAt !== undefined) return;
  state.relistAt = nextRelist(state, io.now);
  wakeAt(kubelet, state.relistAt, "relist");
}

/**
 * The relist on demand after a sync that did something: the cache is up to date, and what it finds is synced at once.
 * The next round finds the same once more; that matters only to containers that wait for their readiness.
 */
export function relistNow(kubelet: Kubelet, worker: PodWorker): void {
  const { state, io } = kubelet;
  worker.cache = state.runtime.get(worker.uid);
  worker.fresh = true;
  if (!worker.changed) return;
  worker.wanted = true;
  if (io.quiet && worker.reasons.size === 0 && worker.probes.size === 0) worker.changed = false;
}

/** One round: pods that have changed are synced. Returns those that may be pumped. */
export function relistRound({ state }: Kubelet): PodWorker[] {
  state.relistAt = undefined;
  const found: PodWorker[] = [];
  for (const uid of state.relist) {
    const worker = state.workers.get(uid);
    if (worker === undefined) continue;
    worker.cache = state.runtime.get(uid);
    if (worker.changed) {
      worker.changed = false;
      worker.wanted = true;
    }
    found.push(worker);
  }
  state.relist.clear();
  return found;
}

/** Removes the ended containers of a pod but for the newest of each name. */
export function removeOldContainers(kubelet: Kubelet, worker: PodWorker): void {
  const seen = new Set<string>();
  const calls: Call[] = [];
  for (const record of worker.cache?.containers ?? []) {
    if (record.state !== "exited") continue;
    if (seen.has(record.name)) calls.push({ call: "RemoveContainer", id: record.id });
    seen.add(record.name);
  }
  if (calls.length > 0) callRuntime(kubelet, worker, calls);
}

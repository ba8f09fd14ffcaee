import type { ContainerStatus, PodStatus } from "../../api/types/core-v1.ts";
import type { Kubelet, PodWorker } from "../state.ts";
import { podConditions } from "../status/conditions.ts";
import { setStatus } from "../status/status-manager.ts";
import type { ProbeWorker } from "./probe-worker.ts";

/** Changes a container's readiness in the status at once, with the conditions that follow (SetContainerReadiness). */
export function showReadiness(kubelet: Kubelet, worker: PodWorker, probe: ProbeWorker, ready: boolean): void {
  change(kubelet, worker, probe, (s) => (s.ready === ready ? s : { ...s, ready }));
}

/** Changes `started` in the status at once (SetContainerStartup). */
export function showStarted(kubelet: Kubelet, worker: PodWorker, probe: ProbeWorker, started: boolean): void {
  change(kubelet, worker, probe, (s) => (s.started === started ? s : { ...s, started }));
}

function change(
  kubelet: Kubelet,
  worker: PodWorker,
  probe: ProbeWorker,
  edit: (status: ContainerStatus) => ContainerStatus,
): void {
  const { status, pod } = worker;
  if (status === undefined) return;
  let changed = false;
  const apply = (s: ContainerStatus): ContainerStatus => {
    if (s.name !== probe.container || s.containerID !== probe.containerId) return s;
    const edited = edit(s);
    if (edited !== s) changed = true;
    return edited;
  };
  const main = status.containerStatuses?.map(apply);
  const init = status.initContainerStatuses?.map(apply);
  if (!changed) return;
  const all = [...(init ?? []), ...(main ?? [])];
  const fresh = podConditions({
    pod,
    seen: worker.cache,
    old: status,
    statuses: new Map(all.map((s) => [s.name, s])),
    phase: status.phase ?? "",
  });
  const conditions = status.conditions?.map((c) =>
    c.type === "Ready" || c.type === "ContainersReady" ? (fresh.find((f) => f.type === c.type) ?? c) : c,
  );
  const next: PodStatus = {
    ...status,
    ...(main !== undefined && { containerStatuses: main }),
    ...(init !== undefined && { initContainerStatuses: init }),
    ...(conditions !== undefined && { conditions }),
  };
  setStatus(kubelet, worker, next);
}

import type { Draft } from "../../base/draft.ts";
import type { Container, ContainerStatus, Pod, PodStatus } from "../../api/types/core-v1.ts";
import type { PodRuntime } from "../cri/runtime-state.ts";
import { probeKey } from "../probes/probe-key.ts";
import { isSidecar } from "../restart-policy.ts";
import { qosClass } from "../resources/qos.ts";
import { podStatusResources } from "../resources/status-resources.ts";
import type { Kubelet, PodWorker } from "../state.ts";
import { mutant } from "../state.ts";
import { parseTimestamp, timestamp } from "../../base/time.ts";
import { SECOND } from "../../base/units.ts";
import { podConditions } from "./conditions.ts";
import { containerStatuses } from "./container-statuses.ts";
import { podPhase } from "./phase.ts";

/** A computed status, and the containers whose readiness worker is to look at once. */
export interface ComputedStatus {
  readonly status: PodStatus;
  readonly triggers: readonly string[];
}

/** Containers that ran so long before the kubelet came up keep their readiness (kubeletRestartGracePeriod). */
const RESTART_GRACE = 10 * SECOND;

/** Whether a phase is the last one. */
export function isTerminalPhase(phase: string | undefined): boolean {
  return phase === "Succeeded" || phase === "Failed";
}

/** The API status that the runtime's state amounts to (generateAPIPodStatus). `terminal`: nothing runs any more, for good. */
export function computeStatus(
  kubelet: Kubelet,
  worker: PodWorker,
  seen: PodRuntime | undefined,
  terminal: boolean,
): ComputedStatus {
  const { pod } = worker;
  const api = pod.status ?? {};
  const old = worker.status ?? api;
  const source = { pod, seen, old, reasons: worker.reasons };
  const main = containerStatuses(source, pod.spec.containers, old.containerStatuses, false);
  const init = containerStatuses(source, pod.spec.initContainers ?? [], old.initContainerStatuses, true);
  const ephemeral = containerStatuses(
    source,
    pod.spec.ephemeralContainers ?? [],
    old.ephemeralContainerStatuses,
    false,
  );
  const statuses = new Map<string, ContainerStatus>();
  for (const status of init) statuses.set(status.name, status);
  for (const status of main) statuses.set(status.name, status);
  const phase = settledPhase(kubelet, worker, old, podPhase(pod, statuses, terminal, initialized(pod, seen)));
  if (worker.ended?.reason === "DeadlineExceeded") kubelet.io.event({ object: pod, type: "Normal", ...worker.ended });
  const why: { readonly reason?: string | undefined; readonly message?: string | undefined } =
    worker.ended ??
    (phase === old.phase ? { reason: old.reason ?? api.reason, message: old.message ?? api.message } : {});
  const triggers: string[] = [];
  const tellReady = (container: Container | undefined, status: Draft<ContainerStatus>): void =>
    readiness(kubelet, worker, container ?? { name: status.name }, status, triggers);
  for (const status of main) tellReady(ofName(pod.spec.containers, status.name), status);
  for (const [i, status] of init.entries()) tellReady(pod.spec.initContainers?.[i], status);
  const generation = pod.metadata.generation;
  const { internalIp } = kubelet.config;
  const status: Draft<PodStatus> = {
    phase,
    hostIP: internalIp,
    hostIPs: [{ ip: internalIp }],
    qosClass: qosClass(pod),
  };
  status.conditions = podConditions({ pod, seen, old, statuses, phase });
  status.containerStatuses = main;
  if (why.reason !== undefined) status.reason = why.reason;
  if (why.message !== undefined) status.message = why.message;
  if (generation !== undefined) status.observedGeneration = generation;
  const ip = podAddress(kubelet, worker, seen);
  if (ip !== undefined) {
    status.podIP = ip;
    status.podIPs = [{ ip }];
  }
  status.startTime = old.startTime ?? timestamp(kubelet.io.now);
  if (init.length > 0) status.initContainerStatuses = init;
  if (ephemeral.length > 0) status.ephemeralContainerStatuses = ephemeral;
  const { resources, allocatedResources } = podStatusResources(pod);
  if (resources !== undefined) status.resources = resources;
  if (allocatedResources !== undefined) status.allocatedResources = allocatedResources;
  return { status, triggers };
}

/** A terminal phase stays, and the kubelet's own verdict wins. */
function settledPhase(kubelet: Kubelet, worker: PodWorker, old: PodStatus, computed: string): string {
  if (mutant(kubelet, "KUB-06")) return worker.ended === undefined ? computed : "Failed";
  const api = worker.pod.status?.phase;
  if (isTerminalPhase(api)) return api ?? computed;
  if (worker.ended !== undefined) return "Failed";
  if (!isTerminalPhase(computed) && isTerminalPhase(old.phase)) return old.phase ?? computed;
  return computed;
}

/** Whether a main container exists in the standing sandbox. */
function initialized(pod: Pod, seen: PodRuntime | undefined): boolean {
  const sandbox = seen?.sandboxes[0];
  if (seen === undefined || sandbox === undefined || !sandbox.ready) return false;
  return seen.containers.some((r) => r.sandbox === sandbox.id && pod.spec.containers.some((c) => c.name === r.name));
}

function podAddress(kubelet: Kubelet, { pod, status }: PodWorker, seen: PodRuntime | undefined): string | undefined {
  const sandbox = seen?.sandboxes[0];
  let ip = status?.podIP;
  if (sandbox?.ready === true && sandbox.ip !== undefined) ip = sandbox.ip;
  else if (pod.spec.hostNetwork === true) ip = kubelet.config.internalIp;
  return ip;
}

/** Fills in `started` and `ready` (prober manager's UpdatePodStatus). */
function readiness(
  kubelet: Kubelet,
  worker: PodWorker,
  container: Container,
  status: Draft<ContainerStatus>,
  triggers: string[],
): void {
  const started = isStarted(worker, container, status);
  const init = worker.pod.spec.initContainers?.includes(container) === true;
  if (init && !isSidecar(container)) return told(status, started, status.state?.terminated?.exitCode === 0);
  if (!started || status.state?.running === undefined) return told(status, started, false);
  if (container.readinessProbe === undefined) return told(status, started, true);
  const probe = worker.probes.get(probeKey("readiness", container.name));
  const known = probe !== undefined && probe.containerId === status.containerID ? probe.result : undefined;
  if (known === "ok") return told(status, started, true);
  if (probe !== undefined) triggers.push(container.name);
  let ready = probe === undefined;
  const since = parseTimestamp(status.state.running.startedAt ?? "");
  if (since < kubelet.state.startedAt - RESTART_GRACE) {
    if (known === undefined) ready = true;
    const was = worker.pod.status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") === true;
    if (!was || mutant(kubelet, "KUB-10")) ready = false;
  }
  return told(status, started, ready);
}

function told(status: Draft<ContainerStatus>, started: boolean, ready: boolean): void {
  status.started = started;
  status.ready = ready;
}

function ofName(containers: readonly Container[], name: string): Container | undefined {
  for (const container of containers) if (container.name === name) return container;
  return undefined;
}

function isStarted(worker: PodWorker, container: Container, status: ContainerStatus): boolean {
  if (status.state?.running === undefined) return false;
  const probe = worker.probes.get(probeKey("startup", container.name));
  if (probe !== undefined && probe.containerId === status.containerID && probe.result !== undefined)
    return probe.result === "ok";
  return status.started === true || probe === undefined;
}

import type { Container, ContainerStatus, Probe } from "../../api/types/core-v1.ts";
import { parseTimestamp } from "../../base/time.ts";
import { SECOND } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import { recordOf } from "../cri/pod-records.ts";
import type { ProbeResults } from "../pod-actions.ts";
import { podEvent } from "../recorder.ts";
import { containerOf, isSidecar, restartsAfter } from "../restart-policy.ts";
import type { Kubelet, PodWorker } from "../state.ts";
import { containerId } from "../status/container-statuses.ts";
import { isTerminalPhase } from "../status/pod-status.ts";
import { wakeAt } from "../wakes.ts";
import { failureText } from "./failure-text.ts";
import { probeKey } from "./probe-key.ts";
import type { ProbeKind, ProbeView, ProbeWorker } from "./probe-worker.ts";
import { lookAt, probePeriod, threshold, tickAfter, walk } from "./probe-worker.ts";
import { showReadiness, showStarted } from "./probe-status.ts";

const FIELDS: readonly (readonly [ProbeKind, "startupProbe" | "readinessProbe" | "livenessProbe"])[] = [
  ["startup", "startupProbe"],
  ["readiness", "readinessProbe"],
  ["liveness", "livenessProbe"],
];

/** Makes the probe workers of a pod that do not exist yet; their tickers start now. */
export function startProbes(kubelet: Kubelet, worker: PodWorker): void {
  const { spec } = worker.pod;
  for (const container of spec.initContainers ?? []) if (isSidecar(container)) startOf(kubelet, worker, container);
  for (const container of spec.containers) startOf(kubelet, worker, container);
}

function startOf(kubelet: Kubelet, worker: PodWorker, container: Container): void {
  const { now } = kubelet.io;
  for (const [kind, field] of FIELDS) {
    const probe = container[field];
    if (probe === undefined) continue;
    const key = probeKey(kind, container.name);
    if (worker.probes.has(key)) continue;
    const period = probePeriod(probe);
    // A kubelet that has just come up spreads the first looks over a period.
    const young = now - kubelet.state.startedAt < period;
    const tickAt = young ? now + Math.floor(kubelet.io.random("probe") * period) : now + period;
    const made: ProbeWorker = {
      kind,
      container: container.name,
      containerId: "",
      last: undefined,
      run: 0,
      onHold: false,
      result: undefined,
      tickAt,
      wakeAt: undefined,
      hungSince: undefined,
      triggered: false,
      ended: false,
    };
    worker.probes.set(key, made);
    armProbe(kubelet, worker, made);
  }
}

/** Ends probe workers of a pod that is being ended. */
export function stopProbes(_kubelet: Kubelet, worker: PodWorker, which: "liveness and startup" | "all"): void {
  for (const probe of worker.probes.values()) {
    if (which !== "all" && probe.kind === "readiness") continue;
    probe.ended = true;
    probe.wakeAt = undefined;
  }
}

/** What liveness and startup probes have found. */
export function probeResults(worker: PodWorker): ProbeResults {
  return (kind, record) => {
    const probe = worker.probes.get(probeKey(kind, record.name));
    return probe !== undefined && probe.containerId === containerId(record) ? probe.result : undefined;
  };
}

/** Lets every probe of a pod reckon anew when its next look is to be done: its status has changed. */
export function armProbes(kubelet: Kubelet, worker: PodWorker): void {
  for (const probe of worker.probes.values()) armProbe(kubelet, worker, probe);
}

/** Ticks before are over: those of this instant too, once its timers have fired. */
function passed({ state, io }: Kubelet): Millis {
  return state.tickedAt === io.now ? io.now + 1 : io.now;
}

/** Counts all looks before `until`, under the status that they depend on. */
export function settleProbes(kubelet: Kubelet, worker: PodWorker, until: Millis = passed(kubelet)): void {
  for (const probe of worker.probes.values()) {
    const spec = specOf(worker, probe);
    if (spec !== undefined && !probe.ended && probe.hungSince === undefined)
      settle(kubelet, worker, probe, spec, probe.kind === "startup" ? passed(kubelet) : until);
  }
}

/** A readiness look out of turn, as every computed status of a started, unready container asks for. */
export function triggerReadiness(kubelet: Kubelet, worker: PodWorker, container: string): void {
  const probe = worker.probes.get(probeKey("readiness", container));
  const spec = containerOf(worker.pod, container)?.readinessProbe;
  if (probe === undefined || spec === undefined || probe.ended) return;
  if (probe.hungSince === undefined) settle(kubelet, worker, probe, spec);
  if (probe.hungSince !== undefined) {
    probe.triggered = true;
    return;
  }
  probe.tickAt = kubelet.io.now;
  look(kubelet, worker, probe, spec);
}

/** The wake of a probe: does its look and reckons the next. */
export function probeWake(kubelet: Kubelet, worker: PodWorker, key: string, at: Millis): void {
  const probe = worker.probes.get(key);
  if (probe === undefined || probe.wakeAt !== at || probe.ended) return;
  const spec = specOf(worker, probe);
  if (spec === undefined) return;
  if (probe.hungSince === undefined) settle(kubelet, worker, probe, spec);
  look(kubelet, worker, probe, spec);
}

function specOf(worker: PodWorker, probe: ProbeWorker): Probe | undefined {
  return containerOf(worker.pod, probe.container)?.[`${probe.kind}Probe`];
}

function statusOf(worker: PodWorker, name: string): ContainerStatus | undefined {
  const { status } = worker;
  return (
    status?.containerStatuses?.find((s) => s.name === name && s.containerID !== undefined) ??
    status?.initContainerStatuses?.find((s) => s.name === name && s.containerID !== undefined)
  );
}

/** The look that a worker would do now: none, of a container that does not run, or at a workload. */
type Sight = "nothing" | "ended" | "dead" | ProbeView;

function sight(kubelet: Kubelet, worker: PodWorker, probe: ProbeWorker, spec: Probe): Sight {
  if (isTerminalPhase(worker.status?.phase)) return "ended";
  const status = statusOf(worker, probe.container);
  if (status === undefined) return "nothing";
  if (probe.onHold && probe.containerId === status.containerID) return "nothing";
  if (status.state?.running === undefined) return "dead";
  if (probe.kind !== "readiness" && worker.pod.metadata.deletionTimestamp !== undefined) return "ended";
  if ((status.started === true) === (probe.kind === "startup")) return "nothing";
  const since = parseTimestamp(status.state.running.startedAt ?? "");
  const record = recordOf(
    kubelet.state.runtime.get(worker.uid),
    (status.containerID ?? "").replace("containerd://", ""),
  );
  if (record === undefined) return "nothing";
  return { probe: spec, record, from: since + (spec.initialDelaySeconds ?? 0) * SECOND };
}

/** A worker that meets a new container forgets the old one's result. */
function meet(kubelet: Kubelet, worker: PodWorker, probe: ProbeWorker): void {
  const status = statusOf(worker, probe.container);
  if (status?.containerID === undefined || status.containerID === probe.containerId) return;
  probe.containerId = status.containerID;
  probe.onHold = false;
  probe.result = initialResult(kubelet, worker, probe, status);
}

/** Kept open (undefined) for containers that are older than the kubelet. */
function initialResult(
  kubelet: Kubelet,
  worker: PodWorker,
  probe: ProbeWorker,
  status: ContainerStatus,
): ProbeWorker["result"] {
  const since = parseTimestamp(status.state?.running?.startedAt ?? "");
  const old = since < kubelet.state.startedAt - 10 * SECOND;
  if (old) {
    const spec = containerOf(worker.pod, probe.container);
    return probe.kind === "startup" && spec !== undefined && status.started === true ? "ok" : undefined;
  }
  if (probe.kind === "readiness") return "fail";
  return probe.kind === "liveness" ? "ok" : "unknown";
}

/** Reckons when the next look is to be done. In quiet times only looks count that change something. */
function armProbe(kubelet: Kubelet, worker: PodWorker, probe: ProbeWorker): void {
  const { io } = kubelet;
  const spec = specOf(worker, probe);
  if (probe.ended || spec === undefined || probe.hungSince !== undefined) return;
  settle(kubelet, worker, probe, spec);
  const seen = sight(kubelet, worker, probe, spec);
  probe.wakeAt = undefined;
  if (seen === "ended") probe.ended = true;
  if (seen === "ended" || (seen === "nothing" && probe.kind !== "startup")) return;
  const fresh = statusOf(worker, probe.container)?.containerID !== probe.containerId;
  if (seen === "nothing") {
    // A startup worker that meets a new container takes back `started`.
    if (!fresh || statusOf(worker, probe.container) === undefined) return;
    schedule(kubelet, worker, probe, probe.tickAt);
    return;
  }
  if (seen === "dead") {
    if (io.quiet && probe.result === "fail" && !fresh) return;
    schedule(kubelet, worker, probe, probe.tickAt);
    return;
  }
  if (fresh && probe.kind !== "startup") meet(kubelet, worker, probe);
  if (!io.quiet) {
    schedule(kubelet, worker, probe, tickAfter(probe.tickAt, probePeriod(spec), seen.from));
    return;
  }
  if (fresh && probe.kind === "startup") meet(kubelet, worker, probe);
  const next = walk(probe, seen, Number.POSITIVE_INFINITY);
  if (next !== undefined) schedule(kubelet, worker, probe, next.tick);
}

function schedule(kubelet: Kubelet, worker: PodWorker, probe: ProbeWorker, at: Millis): void {
  probe.wakeAt = Math.max(at, kubelet.io.now);
  wakeAt(kubelet, probe.wakeAt, "probe", worker.uid, probeKey(probe.kind, probe.container));
}

/** Counts the looks that were not done because nobody could have seen a difference. */
function settle(
  kubelet: Kubelet,
  worker: PodWorker,
  probe: ProbeWorker,
  spec: Probe,
  until: Millis = passed(kubelet),
): void {
  if (probe.tickAt >= until) return;
  const seen = sight(kubelet, worker, probe, spec);
  const known = statusOf(worker, probe.container)?.containerID === probe.containerId;
  if (typeof seen === "object" && known) walk(probe, seen, until);
  probe.tickAt = tickAfter(probe.tickAt, probePeriod(spec), until);
}

/** One look (doProbe). */
function look(kubelet: Kubelet, worker: PodWorker, probe: ProbeWorker, spec: Probe): void {
  const { now } = kubelet.io;
  const hangs = (spec.timeoutSeconds ?? 1) * SECOND;
  const period = probePeriod(spec);
  meet(kubelet, worker, probe);
  const seen = sight(kubelet, worker, probe, spec);
  const status = statusOf(worker, probe.container);
  if (typeof seen !== "object") probe.hungSince = undefined;
  if (seen === "dead") {
    probe.tickAt = tickAfter(probe.tickAt, period, now + 1);
    const end = status?.state?.terminated;
    const container = containerOf(worker.pod, probe.container);
    if (end !== undefined && container !== undefined && !restartsAfter(container, worker.pod, end.exitCode))
      probe.ended = true;
    conclude(kubelet, worker, probe, "fail");
    armProbe(kubelet, worker, probe);
    return;
  }
  if (typeof seen !== "object") {
    probe.tickAt = tickAfter(probe.tickAt, period, now + 1);
    if (probe.kind === "startup" && probe.result === "unknown" && status?.started === true)
      conclude(kubelet, worker, probe, "unknown");
    armProbe(kubelet, worker, probe);
    return;
  }
  if (now < seen.from) {
    probe.tickAt = tickAfter(probe.tickAt, period, now + 1);
    armProbe(kubelet, worker, probe);
    return;
  }
  const tick = probe.hungSince ?? now;
  const { answer } = lookAt(seen, probe.kind, tick);
  if (answer === "hang" && now < tick + hangs) {
    probe.hungSince = tick;
    schedule(kubelet, worker, probe, tick + hangs);
    return;
  }
  probe.hungSince = undefined;
  const name = `${probe.container}/${seen.record?.attempt ?? 0}`;
  kubelet.io.trace(`${probe.kind} probe`, worker.key, `${name} ${answer} ${tick}`);
  probe.tickAt = tickAfter(tick + period, period, now);
  const failure =
    answer === "ok" ? undefined : failureText(probe.kind, spec, answer, worker.status?.podIP, seen.record);
  if (failure !== undefined) podEvent(kubelet, worker, "Warning", "Unhealthy", failure, probe.container);
  if (answer !== "error") count(kubelet, worker, probe, spec, answer === "ok" ? "ok" : "fail");
  if (probe.triggered) {
    probe.triggered = false;
    probe.tickAt = now;
    look(kubelet, worker, probe, spec);
    return;
  }
  armProbe(kubelet, worker, probe);
}

function count(kubelet: Kubelet, worker: PodWorker, probe: ProbeWorker, spec: Probe, result: "ok" | "fail"): void {
  probe.run = probe.last === result ? probe.run + 1 : 1;
  probe.last = result;
  if (probe.run < threshold(spec, result)) return;
  if (probe.kind === "startup" || (probe.kind === "liveness" && result === "fail")) {
    probe.onHold = true;
    probe.run = 0;
  }
  conclude(kubelet, worker, probe, result);
}

/** Publishes a result that has changed: status first, then a sync. */
function conclude(kubelet: Kubelet, worker: PodWorker, probe: ProbeWorker, result: "ok" | "fail" | "unknown"): void {
  if (probe.result === result && result !== "unknown") return;
  probe.result = result;
  if (probe.kind === "readiness") {
    showReadiness(kubelet, worker, probe, result === "ok");
    // Nothing follows from a container that has become ready, so its sync is spared.
    if (result === "ok" && worker.reasons.size === 0) return;
    kubelet.trigger(kubelet, worker);
  } else if (probe.kind === "startup") {
    // Startup looks come last among those of one instant.
    settleProbes(kubelet, worker, kubelet.io.now + 1);
    showStarted(kubelet, worker, probe, result === "ok");
    armProbes(kubelet, worker);
    kubelet.trigger(kubelet, worker);
  } else if (result === "fail") kubelet.trigger(kubelet, worker);
}

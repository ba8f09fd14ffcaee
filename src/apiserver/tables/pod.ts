import { parseTimestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import type { ContainerStatus, Pod } from "../../api/types/core-v1.ts";
import { NONE } from "./cells.ts";
import type { Printer } from "./cells.ts";
import { since } from "./human-duration.ts";

/** What of a pod's containers a row sums up. */
interface Tally {
  reason: string;
  ready: number;
  restarts: number;
  restartedAt: string | undefined;
}

/** kubectl's columns of a pod; the status column tells what the containers wait for. */
export const printPod: Printer = (object, now) => {
  const pod = cast<Pod>(object);
  const { metadata, spec, status } = pod;
  const sidecars = new Set(
    (spec.initContainers ?? []).filter((one) => one.restartPolicy === "Always").map((one) => one.name),
  );
  const tally = initTally(pod, sidecars);
  const reason = statusOf(pod, tally.reason);
  const ago = tally.restarts === 0 || tally.restartedAt === undefined ? "" : ` (${since(now, tally.restartedAt)} ago)`;
  const total = (spec.containers ?? []).length + sidecars.size;
  return [
    metadata.name,
    `${tally.ready}/${total}`,
    reason,
    `${tally.restarts}${ago}`,
    since(now, metadata.creationTimestamp),
    status?.podIPs?.[0]?.ip ?? NONE,
    orNone(spec.nodeName),
    orNone(status?.nominatedNodeName),
    gates(pod),
  ];
};

/** A terminated pod's row is marked as done. */
export function podRowConditions(pod: Pod): readonly object[] | undefined {
  const { phase } = pod.status ?? {};
  if (phase !== "Succeeded" && phase !== "Failed") return undefined;
  const message = phase === "Succeeded" ? "The pod has completed successfully." : "The pod failed.";
  return [{ type: "Completed", status: "True", reason: phase, message }];
}

function orNone(text: string | undefined): string {
  return text === undefined || text === "" ? NONE : text;
}

function phaseReason({ status }: Pod): string {
  const gated = status?.conditions?.some((one) => one.type === "PodScheduled" && one.reason === "SchedulingGated");
  if (gated === true) return "SchedulingGated";
  return status?.reason !== undefined && status.reason !== "" ? status.reason : (status?.phase ?? "");
}

function initTally(pod: Pod, sidecars: ReadonlySet<string>): Tally {
  const tally: Tally = { reason: phaseReason(pod), ready: 0, restarts: 0, restartedAt: undefined };
  const restarted: Tally = { ...tally };
  const statuses = pod.status?.initContainerStatuses ?? [];
  let initializing = false;
  for (const [i, status] of statuses.entries()) {
    countRestarts(tally, status);
    const isSidecar = sidecars.has(status.name);
    if (isSidecar) countRestarts(restarted, status);
    const { terminated, waiting } = status.state ?? {};
    if (terminated !== undefined && terminated.exitCode === 0) continue;
    if (isSidecar && status.started === true) {
      if (status.ready) tally.ready += 1;
      continue;
    }
    initializing = true;
    if (terminated !== undefined) tally.reason = `Init:${endOf(terminated)}`;
    else if (waiting?.reason !== undefined && waiting.reason !== "" && waiting.reason !== "PodInitializing")
      tally.reason = `Init:${waiting.reason}`;
    else tally.reason = `Init:${i}/${pod.spec.initContainers?.length ?? 0}`;
    break;
  }
  const initialized = pod.status?.conditions?.some((one) => one.type === "Initialized" && one.status === "True");
  if (initializing && initialized !== true) return tally;
  return containerTally(pod, { ...tally, restarts: restarted.restarts, restartedAt: restarted.restartedAt });
}

function containerTally(pod: Pod, tally: Tally): Tally {
  let running = false;
  let failure = "";
  for (const status of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    countRestarts(tally, status);
    const { terminated, waiting, running: isRunning } = status.state ?? {};
    if (waiting?.reason !== undefined && waiting.reason !== "") tally.reason = waiting.reason;
    else if (terminated !== undefined) {
      tally.reason = endOf(terminated);
      if (terminated.exitCode !== 0) failure = tally.reason;
    } else if (status.ready && isRunning !== undefined) {
      running = true;
      tally.ready += 1;
    }
  }
  if (tally.reason !== "Completed") return tally;
  const ready = pod.status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") === true;
  if (running && ready) tally.reason = "Running";
  else if (failure !== "") tally.reason = failure;
  else if (running) tally.reason = "NotReady";
  return tally;
}

function countRestarts(tally: Tally, status: ContainerStatus): void {
  tally.restarts += status.restartCount;
  const at = status.lastState?.terminated?.finishedAt;
  if (at !== undefined && at !== "" && later(at, tally.restartedAt)) tally.restartedAt = at;
}

function later(a: string, b: string | undefined): boolean {
  const time: Millis = parseTimestamp(a);
  return b === undefined || time > parseTimestamp(b);
}

function endOf(end: { readonly reason?: string; readonly signal?: number; readonly exitCode: number }): string {
  if (end.reason !== undefined && end.reason !== "") return end.reason;
  return end.signal !== undefined && end.signal !== 0 ? `Signal:${end.signal}` : `ExitCode:${end.exitCode}`;
}

function statusOf({ metadata, status }: Pod, reason: string): string {
  if (metadata.deletionTimestamp === undefined) return reason;
  if (status?.reason === "NodeLost") return "Unknown";
  return status?.phase === "Succeeded" || status?.phase === "Failed" ? reason : "Terminating";
}

function gates({ spec, status }: Pod): string {
  const wanted = spec.readinessGates ?? [];
  if (wanted.length === 0) return NONE;
  const open = wanted.filter(
    ({ conditionType }) => status?.conditions?.find((one) => one.type === conditionType)?.status === "True",
  );
  return `${open.length}/${wanted.length}`;
}

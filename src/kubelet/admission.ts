import { quantityMilli, quantityValue } from "../api/quantity.ts";
import type { Pod } from "../api/types/core-v1.ts";
import { nodeMismatch, unsupported } from "./admission-predicates.ts";
import { nodeSize } from "./node/node-object.ts";
import { podEvent } from "./recorder.ts";
import type { Kubelet, PodWorker } from "./state.ts";
import { mutant } from "./state.ts";
import { isTerminalPhase } from "./status/pod-status.ts";
import { setStatus } from "./status/status-manager.ts";
import type { PodUsage } from "./resources/pod-usage.ts";
import { podUsage } from "./resources/pod-usage.ts";
import { cast } from "../base/units.ts";
import { qosClass } from "./resources/qos.ts";

/** Why a pod is turned away. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/** Whether the node has room for a pod beside those that it has admitted (predicate admission handler). */
export function admit(kubelet: Kubelet, worker: PodWorker): Rejection | undefined {
  const { allocatable } = nodeSize(kubelet.config);
  let pods = 0;
  let cpu = 0;
  let memory = 0;
  let storage = 0;
  for (const taken of takenBeside(kubelet, worker)) {
    pods += 1;
    cpu += taken.cpuMilli;
    memory += taken.memoryBytes;
    storage += taken.storageBytes;
  }
  const { usage } = worker;
  return (
    short("pods", 1, pods, quantityValue(allocatable.pods)) ??
    short("cpu", usage.cpuMilli, cpu, quantityMilli(allocatable.cpu)) ??
    short("memory", usage.memoryBytes, memory, quantityValue(allocatable.memory)) ??
    short("ephemeral-storage", usage.storageBytes, storage, quantityValue(allocatable["ephemeral-storage"])) ??
    nodeMismatch(kubelet, worker.pod) ??
    portTaken(kubelet, worker) ??
    unsupported(worker.pod)
  );
}

/** What the other pods of the node take. */
function takenBeside(kubelet: Kubelet, worker: PodWorker): PodUsage[] {
  if (mutant(kubelet, "KUB-08")) {
    const pods = [...kubelet.io.listers.of("pods").list()].filter((p) => p.metadata.uid !== worker.uid);
    return pods.map((p) => podUsage(cast<Pod>(p)));
  }
  const taken: PodUsage[] = [];
  for (const other of kubelet.state.workers.values()) {
    if (other !== worker && takesRoom(other)) taken.push(other.usage);
  }
  return taken;
}

function takesRoom(worker: PodWorker): boolean {
  if (worker.rejected || worker.stage === "finished" || worker.stage === "terminated") return false;
  return !isTerminalPhase(worker.pod.status?.phase);
}

function short(resource: string, requested: number, used: number, capacity: number): Rejection | undefined {
  if (requested === 0 || requested + used <= capacity) return undefined;
  const numbers = `requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  return { reason: `OutOf${resource}`, message: `Node didn't have enough resource: ${resource}, ${numbers}` };
}

/** Two pods of a node cannot have the same host port and protocol at the same address. */
function portTaken({ state }: Kubelet, worker: PodWorker): Rejection | undefined {
  const wanted = hostPorts(worker.pod);
  if (wanted.length === 0) return undefined;
  for (const other of state.workers.values()) {
    if (other === worker || other.rejected || other.stage === "finished" || other.stage === "terminated") continue;
    if (hostPorts(other.pod).some((port) => wanted.some((one) => collide(one, port))))
      return {
        reason: "NodePorts",
        message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
      };
  }
  return undefined;
}

interface HostPort {
  readonly port: string;
  /** "" and "0.0.0.0": every address of the node. */
  readonly ip: string;
}

const EVERYWHERE = ["", "0.0.0.0"];

function collide(a: HostPort, b: HostPort): boolean {
  return a.port === b.port && (a.ip === b.ip || EVERYWHERE.includes(a.ip) || EVERYWHERE.includes(b.ip));
}

function hostPorts({ spec }: Pod): readonly HostPort[] {
  const ports: HostPort[] = [];
  for (const container of spec.containers) {
    for (const { hostPort, containerPort, hostIP = "", protocol = "TCP" } of container.ports ?? []) {
      const port = spec.hostNetwork === true ? containerPort : hostPort;
      if (port !== undefined && port !== 0) ports.push({ port: `${port}/${protocol}`, ip: hostIP });
    }
  }
  return ports;
}

/** Fails a pod that was not admitted: it never gets conditions or containers. */
export function reject(kubelet: Kubelet, worker: PodWorker, { reason, message }: Rejection): void {
  worker.rejected = true;
  worker.stage = "finished";
  worker.stopped = true;
  podEvent(kubelet, worker, "Warning", reason, message);
  const generation = worker.pod.metadata.generation;
  setStatus(kubelet, worker, {
    phase: "Failed",
    reason,
    message: `Pod was rejected: ${message}`,
    qosClass: qosClass(worker.pod),
    ...(generation !== undefined && { observedGeneration: generation }),
    ...(worker.pod.status?.conditions !== undefined && { conditions: worker.pod.status.conditions }),
  });
}

/** Gives back what a pod took of the node. */
export function releaseUsage(worker: PodWorker): void {
  worker.usage = { cpuMilli: 0, memoryBytes: 0, storageBytes: 0 };
}

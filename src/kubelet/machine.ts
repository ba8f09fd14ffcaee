import { keyOf as objectKeyOf } from "../api/object.ts";
import type { Millis } from "../base/units.ts";
import { cast } from "../base/units.ts";
import type {
  MachineConfig,
  MachineEvent,
  PodRuntime,
  RandomOf,
  RuntimeRequest,
  RuntimeState,
} from "./cri/runtime-state.ts";
import { initRuntime } from "./cri/runtime-state.ts";
import { advance, call, exitContainer, hangUp, nextAt } from "./cri/runtime.ts";
import { releaseAddress } from "./cri/pod-addresses.ts";

export type { ImageBehaviour, ContainerBehaviour } from "./cri/behaviour.ts";
export type { MachineConfig, MachineEvent } from "./cri/runtime-state.ts";

/** The machine under one kubelet: what goes on when the kubelet is down. Plain data. */
export type MachineState = RuntimeState;

/** A container as invariants see it (RuntimeContainer of the cluster's world). */
export interface MachineContainer {
  readonly node: string;
  readonly podKey: string;
  readonly podUid: string;
  readonly container: string;
  readonly image: string;
  readonly running: boolean;
}

const NO_RANDOM: RandomOf = () => 0;

/** A machine that has just been switched on for the first time. */
export function initMachine(config: MachineConfig): MachineState {
  return initRuntime(config);
}

/** Carries out `io.machine(request)` of the kubelet; then `machineNextAt` may have become `now`. */
export function machineCall(
  state: MachineState,
  request: { readonly type: string; readonly [field: string]: unknown },
  now: Millis,
  random: RandomOf,
): void {
  call(state, cast<RuntimeRequest>(request), now, random);
}

/** Lets everything happen that is due at `now`; the events go to the kubelet if it is up, else to nobody. */
export function machineAdvance(state: MachineState, now: Millis, random: RandomOf): MachineEvent[] {
  return advance(state, now, random);
}

/** When the machine has to be advanced next; undefined: not before the next call. */
export function machineNextAt(state: MachineState): Millis | undefined {
  return nextAt(state);
}

/** Tells the machine that its kubelet's process has died: calls under way end, but none follows. */
export function kubeletDied(state: MachineState): void {
  hangUp(state);
}

/** Ends one running container by force; false when there is none. */
export function killContainer(
  state: MachineState,
  podKey: string,
  container: string,
  exitCode: number,
  now: Millis,
): boolean {
  for (const pod of state.pods.values()) {
    if (keyOf(pod) !== podKey) continue;
    const record = pod.containers.find((r) => r.name === container && r.state === "running");
    if (record === undefined) continue;
    return exitContainer(state, pod.uid, record.id, { exitCode }, now, NO_RANDOM);
  }
  return false;
}

/** The power goes: every container ends, every sandbox and its address is lost, calls under way are forgotten. Images and records stay. */
export function powerOff(state: MachineState, now: Millis): void {
  hangUp(state);
  state.running.clear();
  state.schedule.length = 0;
  state.pulling.clear();
  state.terminating.clear();
  for (const pod of state.pods.values()) {
    for (const { ready, ip } of pod.sandboxes) if (ready && ip !== undefined) releaseAddress(state.addresses, ip);
    state.pods.set(pod.uid, {
      ...pod,
      sandboxes: pod.sandboxes.map((s) => ({ ...s, ready: false })),
      containers: pod.containers.map((r) =>
        r.state === "exited"
          ? r
          : { finishedAt: now, exitCode: POWER_LOSS, reason: "Unknown", ...r, state: "exited" as const },
      ),
    });
  }
}

/** Every container that exists on the machine. */
export function containers(state: MachineState): MachineContainer[] {
  const found: MachineContainer[] = [];
  for (const pod of state.pods.values()) {
    for (const record of pod.containers) {
      found.push({
        node: state.node,
        podKey: keyOf(pod),
        podUid: pod.uid,
        container: record.name,
        image: record.image,
        running: record.state === "running",
      });
    }
  }
  return found;
}

/** Exit code that containerd reports for a container which it lost. */
const POWER_LOSS = 255;

function keyOf(pod: PodRuntime): string {
  return objectKeyOf(pod.namespace, pod.name);
}

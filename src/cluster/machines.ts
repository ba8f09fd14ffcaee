import { missing, present } from "../base/assert.ts";
import { cast } from "../base/units.ts";
import type { ComponentEvent } from "../client/component.ts";
import type { KubeletConfig } from "../kubelet/config.ts";
import {
  initMachine,
  killContainer,
  machineAdvance,
  machineCall,
  machineNextAt,
  powerOff,
} from "../kubelet/machine.ts";
import { applyRestore, emptyKernel, flushKernel } from "../network/kernel.ts";
import type { KernelRestore } from "../network/kernel.ts";
import type { Machine } from "./cluster-state.ts";
import type { Core } from "./core.ts";
import type { ProcessState } from "./process.ts";

/** What a kubelet or a kube-proxy asks of its machine. */
export interface MachineCall {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The machines under the kubelets: containers and kernels, which outlive the processes. */
export class Machines {
  readonly #core: Core;
  /** By node; a cluster's processes stay the same objects, and their names need not be put together again. */
  readonly #kubelets = new Map<string, ProcessState>();
  readonly #tell: (kubelet: ProcessState, event: ComponentEvent) => void;

  constructor(core: Core, tell: (kubelet: ProcessState, event: ComponentEvent) => void) {
    this.#core = core;
    this.#tell = tell;
  }

  of(node: string): Machine {
    return this.#core.state.machines.get(node) ?? missing(`the machine ${node}`);
  }

  /** A machine with its power on and nothing on it but the images. */
  add({ node, podCidr = "10.244.0.0/24" }: KubeletConfig): void {
    const { state, spec } = this.#core;
    const runtime = initMachine({ node, podCidr, images: spec.images });
    state.machines.set(node, { runtime, kernel: emptyKernel(), powered: true, wakeAt: undefined });
  }

  /** Carries out what a process asks of its machine. */
  call(process: ProcessState, call: MachineCall): void {
    const node = present(process.node, "the node of a process that calls its machine");
    const machine = this.of(node);
    if (call.type === "iptables-restore") {
      const restore = cast<KernelRestore>(call["restore"]);
      applyRestore(machine.kernel, restore);
      const what = `${restore.full ? "full, " : ""}${restore.services.length} services`;
      return this.#core.record(process.name, "iptables-restore", node, what);
    }
    if (call.type === "Calls") {
      const { namespace, name, calls } = cast<{
        readonly namespace: string;
        readonly name: string;
        readonly calls: readonly { readonly call: string }[];
      }>(call);
      this.#core.record(process.name, "runtime", `${namespace}/${name}`, calls.map((one) => one.call).join(" "));
    }
    machineCall(machine.runtime, call, this.#core.now, this.#randomOf(node));
    this.#wake(node, machine);
  }

  /** Lets a machine do what is due, and tells its kubelet. */
  advance(node: string): void {
    const machine = this.of(node);
    if (machine.wakeAt !== undefined && machine.wakeAt <= this.#core.now) machine.wakeAt = undefined;
    if (!machine.powered) return;
    const kubelet = this.#kubeletOf(node);
    const events = machineAdvance(machine.runtime, this.#core.now, this.#randomOf(node));
    for (const event of events) this.#tell(kubelet, { type: "machine", event });
    this.#wake(node, machine);
  }

  /** Takes the power away; false when it was off. */
  powerOff(node: string): boolean {
    const machine = this.of(node);
    if (!machine.powered) return false;
    this.#core.record(node, "powered off", node);
    powerOff(machine.runtime, this.#core.now);
    flushKernel(machine.kernel);
    machine.powered = false;
    return true;
  }

  /** Gives the power back; false when it was on. */
  powerOn(node: string): boolean {
    const machine = this.of(node);
    if (machine.powered) return false;
    this.#core.record(node, "powered on", node);
    machine.powered = true;
    return true;
  }

  /** Ends one running container by force. */
  killContainer(node: string, podKey: string, container: string, exitCode: number): void {
    const machine = this.of(node);
    if (!machine.powered || !killContainer(machine.runtime, podKey, container, exitCode, this.#core.now)) return;
    this.#core.record(node, "killed container", `${podKey}/${container}`, String(exitCode));
    this.#wake(node, machine);
  }

  #kubeletOf(node: string): ProcessState {
    let kubelet = this.#kubelets.get(node);
    if (kubelet === undefined) {
      kubelet = this.#core.process(`kubelet/${node}`);
      this.#kubelets.set(node, kubelet);
    }
    return kubelet;
  }

  #randomOf(node: string): (stream: string) => number {
    return (stream) => this.#core.random.next(`machine/${node}/${stream}`);
  }

  #wake(node: string, machine: Machine): void {
    const at = machineNextAt(machine.runtime);
    if (at === undefined || (machine.wakeAt !== undefined && machine.wakeAt <= at)) return;
    machine.wakeAt = at;
    this.#core.at(at, { type: "machine", node });
  }
}

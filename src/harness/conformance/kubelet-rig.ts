import { Random } from "../../base/random.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { assert } from "../../base/assert.ts";
import type { Component, ComponentEvent, Io, RecordedEvent } from "../../client/component.ts";
import type { Lister } from "../../client/informer.ts";
import type { KubeletConfig } from "../../kubelet/config.ts";
import type { ImageBehaviour } from "../../kubelet/cri/behaviour.ts";
import type { LoggedCall } from "../../kubelet/cri/runtime-state.ts";
import { kubeletComponent } from "../../kubelet/kubelet.ts";
import { initMachine, kubeletDied, machineAdvance, machineCall, machineNextAt } from "../../kubelet/machine.ts";
import type { MachineState } from "../../kubelet/machine.ts";
import type { KubeletState } from "../../kubelet/state.ts";
import { KubeletApi } from "./kubelet-api.ts";

/** A change of a pod as a watch would see it. */
export interface SeenPod {
  readonly at: number;
  readonly pod: Pod;
  readonly deleted: boolean;
}

/** One look of a probe. */
export interface SeenLook {
  readonly at: number;
  readonly pod: string;
  readonly text: string;
}

/** How a rig is made. */
export interface RigOptions {
  readonly config: KubeletConfig;
  readonly rules: readonly ImageBehaviour[];
  readonly quiet: boolean;
  readonly seed: string;
}

interface Due {
  readonly at: number;
  readonly rank: number;
  readonly sequence: number;
  readonly epoch: number;
  readonly run: () => void;
}

/** Ranks of what happens at one instant: answers of the API, the machine, timers, steps. */
const API = 0;
const MACHINE = 1;
const TIMER = 2;
const STEP = 3;

/** One kubelet on one machine against a tiny API server, in virtual time without latency. */
export class KubeletRig {
  now = 0;
  readonly seen: SeenPod[] = [];
  readonly events: { readonly at: number; readonly event: RecordedEvent }[] = [];
  readonly looks: SeenLook[] = [];
  readonly api: KubeletApi;
  readonly machine: MachineState;
  /** Events that the kubelet handled. */
  handled = 0;
  readonly #options: RigOptions;
  readonly #random: Random;
  readonly #kubelet: Component<KubeletState>;
  #state: KubeletState;
  #up = false;
  #epoch = 0;
  #sequence = 0;
  readonly #due: Due[] = [];
  readonly #ids = new Map<string, string>();

  constructor(options: RigOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#kubelet = kubeletComponent(options.config);
    this.#state = this.#kubelet.init();
    this.machine = initMachine({
      node: options.config.node,
      podCidr: "10.0.0.0/16",
      images: options.rules,
      preloaded: "all",
      diary: true,
    });
    this.api = new KubeletApi((before, after, now) => this.#changed(before, after, now));
  }

  get calls(): readonly LoggedCall[] {
    return this.machine.diary ?? [];
  }

  /** "container/attempt" of every container id that there has been. */
  attempts(): ReadonlyMap<string, string> {
    return this.#ids;
  }

  /** Does something at a time. */
  at(time: number, run: () => void): void {
    this.#push(time, STEP, -1, run);
  }

  /** Starts the kubelet. */
  start(): void {
    this.#epoch += 1;
    this.#up = true;
    this.#state = this.#kubelet.init();
    this.#deliver({ type: "start" });
    this.#push(this.now, API, this.#epoch, () => this.#deliver({ type: "synced" }));
  }

  /** Kills the kubelet; containers go on. */
  stop(): void {
    this.#up = false;
    kubeletDied(this.machine);
  }

  /** Runs until a time. */
  run(until: number): void {
    for (;;) {
      const machineAt = machineNextAt(this.machine);
      const next = this.#next();
      const machineFirst =
        machineAt !== undefined &&
        (next === undefined || machineAt < next.at || (machineAt === next.at && next.rank > MACHINE));
      const at = machineFirst ? machineAt : next?.at;
      if (at === undefined || at > until) break;
      this.now = Math.max(this.now, at);
      if (machineFirst) this.#advanceMachine();
      else this.#take(next);
    }
    this.now = until;
  }

  #advanceMachine(): void {
    for (const event of machineAdvance(this.machine, this.now, (stream) => this.#random.next(`machine/${stream}`))) {
      for (const { pod } of event.type === "runtime" ? event.changes : []) {
        for (const { id, name, attempt } of pod?.containers ?? [])
          this.#ids.set(`containerd://${id}`, `${name}/${attempt}`);
      }
      if (this.#up) this.#deliver({ type: "machine", event });
    }
  }

  #next(): Due | undefined {
    let best: Due | undefined;
    for (const due of this.#due) if (best === undefined || sooner(due, best)) best = due;
    return best;
  }

  #take(due: Due | undefined): void {
    if (due === undefined) return;
    this.#due.splice(this.#due.indexOf(due), 1);
    if (due.epoch < 0 || (this.#up && due.epoch === this.#epoch)) due.run();
  }

  #push(at: number, rank: number, epoch: number, run: () => void): void {
    this.#sequence += 1;
    this.#due.push({ at, rank, sequence: this.#sequence, epoch, run });
  }

  #changed(before: Pod | undefined, after: Pod | undefined, now: number): void {
    const pod = after ?? before;
    assert(pod !== undefined, "a change has a side");
    this.seen.push({ at: now, pod, deleted: after === undefined });
    const event = { resource: "pods", ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
    if (this.#up) this.#push(now, API, this.#epoch, () => this.#deliver({ type: "informer", events: [event] }));
  }

  #deliver(event: ComponentEvent): void {
    this.handled += 1;
    this.#kubelet.handle(this.#state, event, this.#io());
  }

  #io(): Io {
    return {
      now: this.now,
      quiet: this.#options.quiet,
      listers: { of: (resource) => lister(resource === "pods" ? this.api.pods : this.api.others) },
      request: (request, tag) => {
        this.#push(this.now, API, -1, () => {
          const response = this.api.handle(request, this.now);
          const epoch = this.#epoch;
          this.#push(this.now, API, epoch, () => this.#deliver({ type: "reply", tag, request, response }));
        });
      },
      timer: (at, tag) => this.#push(at, TIMER, this.#epoch, () => this.#deliver({ type: "timer", tag })),
      random: (stream) => this.#random.next(stream),
      event: (event) => this.events.push({ at: this.now, event }),
      trace: (what, about, detail = "") => {
        if (what.endsWith("probe")) this.looks.push({ at: this.now, pod: about, text: `${what} ${detail}` });
      },
      machine: (call) => machineCall(this.machine, call, this.now, (stream) => this.#random.next(`machine/${stream}`)),
    };
  }
}

function sooner(a: Due, b: Due): boolean {
  if (a.at !== b.at) return a.at < b.at;
  return a.rank !== b.rank ? a.rank < b.rank : a.sequence < b.sequence;
}

function lister(objects: ReadonlyMap<string, ApiObject>): Lister {
  return {
    get: (key) => objects.get(key),
    list: () => objects.values(),
    byIndex: () => [],
    size: objects.size,
  };
}

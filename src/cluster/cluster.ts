import { present } from "../base/assert.ts";
import { clonePlain } from "../base/clone.ts";
import { digestHex } from "../base/digest.ts";
import type { Millis } from "../base/units.ts";
import type { Request, Response } from "../api/request.ts";
import { holdCache, refilled, releaseCache } from "../apiserver/watch-cache.ts";
import type { CacheScope } from "../apiserver/watch-cache.ts";
import type { ApiServer, ApiServerOptions } from "../apiserver/server.ts";
import type { ComponentEvent, Io, Tag } from "../client/component.ts";
import { kubeletDied } from "../kubelet/machine.ts";
import { bootstrap } from "./bootstrap.ts";
import type { ClusterSpec, SchedulePolicy } from "./cluster-spec.ts";
import { cloneState, cloneStateLike, emptyCluster } from "./cluster-state.ts";
import type { Checkpoint, ClusterState, Machine } from "./cluster-state.ts";
import { Core } from "./core.ts";
import type { ClusterHooks } from "./core.ts";
import { Heartbeats } from "./heartbeats.ts";
import { ProcessIo } from "./process-io.ts";
import { Machines } from "./machines.ts";
import { newProcess, resetProcess } from "./process.ts";
import type { ProcessState, Program } from "./process.ts";
import { programsOf } from "./programs.ts";
import type { Happening } from "./happening.ts";
import type { TraceRecord } from "./trace.ts";
import { Transport } from "./transport.ts";
import { worldOf } from "./world-view.ts";
import type { Levers, World } from "./world.ts";

/** How a cluster is made besides its spec: code that is no part of its state. */
export interface ClusterOptions {
  /** Programs of the user, started with the cluster. */
  readonly programs?: readonly Program[];
  readonly hooks?: ClusterHooks;
  /** Keep the records of the trace (the digest is always kept). */
  readonly trace?: boolean;
  /** Switches of the API server that its clients see and the history does not. */
  readonly apiServer?: ApiServerOptions;
  /** Go on from a checkpoint. */
  readonly from?: Checkpoint;
  /** The checkpoint is used for nothing else: the cluster may change it, and needs no copy. */
  readonly takesOver?: boolean;
}

/** Ordinal of an API server, which is no component. */
const NO_PROGRAM = -1;

/** A deterministic Kubernetes: the composition root of all components, run in virtual time. */
export class Cluster {
  readonly world: World;
  readonly levers: Levers;
  readonly hooks: ClusterHooks;
  readonly #core: Core;
  readonly #transport: Transport;
  readonly #heartbeats: Heartbeats;
  readonly #machines: Machines;
  /** By ordinal of the process. */
  readonly #ios: (Io | undefined)[];

  constructor(spec: ClusterSpec, options: ClusterOptions = {}) {
    this.hooks = options.hooks ?? {};
    const programs = programsOf(spec, options.programs ?? []);
    this.#ios = programs.map(() => undefined);
    this.#core = new Core(
      spec,
      programs,
      this.hooks,
      options.from ?? emptyCluster(options.trace ?? false),
      options.takesOver ?? false,
      options.apiServer ?? {},
    );
    this.#transport = new Transport(this.#core, {
      reply: (process, tag, request, response) => this.#handle(process, { type: "reply", tag, request, response }),
      informer: (process, events) => this.#handle(process, { type: "informer", events }),
      synced: (process) => this.#handle(process, { type: "synced" }),
      changed: (change) => {
        this.#heartbeats.onChange(change);
        this.hooks.onChange?.(change, this.world);
      },
      answered: (answer) => this.hooks.onAnswer?.(answer, this.world),
      delivered: (delivery) => this.hooks.onDelivery?.(delivery, this.world),
    });
    this.#heartbeats = new Heartbeats(this.#core, {
      kubelet: (node, type) => {
        const kubelet = this.#core.state.processes.get(`kubelet/${node}`);
        if (kubelet?.up === true) this.#handle(kubelet, { type: "machine", event: { type } });
      },
      controllers: (node, object) =>
        this.#transport.watches.feed(this.#core.process("kube-controller-manager"), node, object),
    });
    this.#machines = new Machines(this.#core, (kubelet, event) => this.#handle(kubelet, event));
    this.world = worldOf(this.#core);
    this.levers = this.#makeLevers();
    if (options.from === undefined) this.#boot(spec, programs);
  }

  get now(): Millis {
    return this.#core.now;
  }

  /** Events carried out so far. */
  get events(): number {
    return this.#core.state.events;
  }

  get digest(): string {
    return digestHex(this.#core.state.trace.digest);
  }

  get trace(): readonly TraceRecord[] {
    return this.#core.state.trace.records;
  }

  /** Choices made at choice points, to be replayed with the policy "recorded". */
  get choices(): readonly number[] {
    return this.#core.state.schedule.choices;
  }

  /** Time of the next event; undefined when nothing will ever happen again by itself. */
  nextAt(): Millis | undefined {
    return this.#core.queue.nextAt();
  }

  /** Runs until virtual time `until` or until `stop` says so after an event; the clock then stands at the later event or at `until`. */
  run(until: Millis, stop?: () => boolean): void {
    const { state, queue } = this.#core;
    for (let at = queue.nextAt(); at !== undefined && at <= until; at = queue.nextAt()) {
      this.step();
      if (stop?.() === true) return;
    }
    state.now = Math.max(state.now, until);
  }

  /** Carries out the next event. */
  step(): void {
    const { state, queue } = this.#core;
    const at = queue.nextAt();
    const event = queue.pop();
    if (at === undefined || event === undefined) return;
    state.now = at;
    state.events += 1;
    this.#carryOut(event);
  }

  /** Carries out a request on the API server now, without network: for the harness's own looks and set-up. */
  request(request: Request, by = "harness"): Response {
    return this.#transport.commit(by, request);
  }

  /** Calls `hooks.onWake(tag)` at `at`. */
  wakeHarness(at: Millis, tag: Tag): void {
    this.#core.at(at, { type: "harness", tag });
  }

  /** Makes the heartbeats of nodes real (all if none are named) until the cause is released. */
  disturb(cause: string, nodes: readonly string[] = this.#nodes()): void {
    for (const node of nodes) this.#heartbeats.disturb(node, cause);
  }

  release(cause: string, nodes: readonly string[] = this.#nodes()): void {
    for (const node of nodes) this.#heartbeats.release(node, cause);
  }

  /** From now on all random streams are drawn from this seed, and events go by this schedule. */
  reseed(seed: number | string, schedule: SchedulePolicy): void {
    this.#core.random.reseed(seed);
    this.#core.queue.reschedule(schedule);
  }

  machine(node: string): Machine {
    return this.#machines.of(node);
  }

  /** Appends a line of the harness to the trace. */
  note(what: string, about: string, detail?: string): void {
    this.#core.record("harness", what, about, detail);
  }

  /**
   * A copy of everything, from which `new Cluster(spec, {from})` goes on exactly as this one would. It shares with an earlier
   * checkpoint of this history what has not changed since.
   */
  checkpoint(like?: Checkpoint): Checkpoint {
    const { state, random, queue } = this.#core;
    const copy = like === undefined ? cloneState(state) : cloneStateLike(state, like.state);
    return { state: copy, random: clonePlain(random.save()), choices: clonePlain(queue.save()) };
  }

  /** The API server, for edges that read and watch; they write with `request`. */
  get apiServer(): ApiServer {
    return this.#core.server;
  }

  get state(): ClusterState {
    return this.#core.state;
  }

  #nodes(): readonly string[] {
    return this.#core.spec.nodes.map((config) => config.node);
  }

  #boot(spec: ClusterSpec, programs: readonly Program[]): void {
    const { state } = this.#core;
    for (const name of this.#core.servers.keys())
      state.processes.set(name, { ...newProcess(name, NO_PROGRAM), up: true });
    for (const config of spec.nodes) this.#machines.add(config);
    bootstrap((request) => this.request(request, "kube-apiserver"), spec.volumes === true);
    for (const [ordinal, { component, node }] of programs.entries()) {
      this.#core.addProcess(newProcess(component.name, ordinal, node));
      const at = (node === undefined ? undefined : spec.joins?.[node]) ?? 0;
      this.#core.at(at, { type: "start", process: component.name, ordinal });
    }
    if (spec.mode === "slow") this.disturb("slow mode");
  }

  #carryOut(event: Happening): void {
    switch (event.type) {
      case "request":
        return this.#transport.serve(event.process, event.epoch, event.id, event.request, event.deadline);
      case "send": {
        const process = this.#core.processAt(event.process);
        if (process.up && process.epoch === event.epoch) this.#transport.send(process, event.request, event.tag);
        return;
      }
      case "response":
        return this.#transport.receive(event.process, event.epoch, event.id, event.response);
      case "connect":
        return this.#transport.watches.accept(event.process, event.epoch, event.resource);
      case "listed":
        return this.#transport.watches.listed(event.process, event.epoch, event.resource, event.stream, event.items);
      case "deliver":
        return this.#transport.watches.deliver(event.process, event.epoch, event.resource, event.stream);
      case "timer": {
        const process = this.#core.processAt(event.process);
        if (process.up && process.epoch === event.epoch) this.#handle(process, { type: "timer", tag: event.tag });
        return;
      }
      case "machine":
        return this.#machines.advance(event.node);
      case "start":
        return this.#start(event.process);
      case "harness":
        return this.hooks.onWake?.(event.tag);
    }
  }

  #handle(process: ProcessState, event: ComponentEvent): void {
    if (!process.up) return;
    this.#core.program(process).component.handle(process.memory, event, this.#io(process));
  }

  #start(name: string): void {
    const process = this.#core.process(name);
    if (process.up || (process.node !== undefined && !this.machine(process.node).powered)) return;
    if (this.#core.servers.has(name)) {
      process.up = true;
      refilled(present(this.#core.state.caches.get(name), "the caches of an API server"), this.#core.server.etcd);
      return;
    }
    resetProcess(process, this.#core.program(process));
    process.up = true;
    if (process.epoch > 1) this.#core.record(name, "started", name);
    if (name.startsWith("kubelet/") && process.node !== undefined && process.epoch > 1)
      this.#heartbeats.release(process.node, "kubelet down");
    this.#handle(process, { type: "start" });
    if (name === "kube-controller-manager")
      for (const object of this.#heartbeats.objects())
        this.#transport.watches.feed(process, object.metadata.name, object);
    this.#transport.watches.connectAll(process);
  }

  #startAgain(name: string): void {
    const { ordinal } = this.#core.process(name);
    this.#core.at(this.#core.now, { type: "start", process: name, ordinal });
  }

  #crash(name: string): void {
    const process = this.#core.process(name);
    if (!process.up) return;
    this.#core.record(name, "crashed", name);
    if (this.#core.servers.has(name)) {
      process.up = false;
      this.#transport.watches.breakAll(name);
      return;
    }
    if (name.startsWith("kubelet/") && process.node !== undefined) {
      this.#heartbeats.disturb(process.node, "kubelet down");
      kubeletDied(this.machine(process.node).runtime);
    }
    process.up = false;
    process.epoch += 1;
    process.pending = new Map();
    process.informers = new Map();
  }

  #io(process: ProcessState): Io {
    let io = this.#ios[process.ordinal];
    if (io === undefined) {
      io = new ProcessIo(process, this.#core, this.#transport, this.#heartbeats, (call) =>
        this.#machines.call(process, call),
      );
      this.#ios[process.ordinal] = io;
    }
    return io;
  }

  #holdCache(server: string, scope: CacheScope, filling: boolean): void {
    const cache = this.#core.state.caches.get(server);
    if (cache === undefined) return;
    this.#core.record(server, filling ? "lost its watch of etcd" : "saw no news of etcd", scope);
    holdCache(cache, this.#core.server.etcd, scope, filling);
    if (filling) this.#transport.watches.endWatches(server, scope);
  }

  #releaseCache(server: string, scope: CacheScope): void {
    const cache = this.#core.state.caches.get(server);
    if (cache?.held.has(scope) !== true) return;
    this.#core.record(server, "caught up with etcd", scope);
    const relisted = releaseCache(cache, this.#core.server.etcd, scope);
    if (relisted && !this.#core.spec.mutants.includes("API-04")) this.#transport.watches.endWatches(server, scope);
    this.#transport.watches.catchUp(server, scope);
  }

  #makeLevers(): Levers {
    const core = this.#core;
    return {
      crash: (name) => this.#crash(name),
      compact: () => {
        core.record("etcd", "compacted", String(core.server.etcd.revision));
        this.#transport.compact(core.server.etcd.revision);
      },
      holdCache: (server, resource) => this.#holdCache(server, resource, false),
      releaseCache: (server, resource) => this.#releaseCache(server, resource),
      refillCache: (server, resource) => this.#holdCache(server, resource, true),
      restart: (name) => this.#startAgain(name),
      powerOff: (node) => {
        if (!this.#machines.powerOff(node)) return;
        this.#crash(`kubelet/${node}`);
        this.#crash(`kube-proxy/${node}`);
      },
      powerOn: (node) => {
        if (!this.#machines.powerOn(node)) return;
        for (const name of [`kubelet/${node}`, `kube-proxy/${node}`]) this.#startAgain(name);
      },
      pinWatch: (name, resource) => this.#transport.watches.pin(core.process(name), resource, true),
      unpinWatch: (name, resource) => this.#transport.watches.pin(core.process(name), resource, false),
      breakWatch: (name, resource, expired) => this.#transport.watches.break(core.process(name), resource, expired),
      killContainer: (node, podKey, container, exitCode) =>
        this.#machines.killContainer(node, podKey, container, exitCode),
      wakeFault: (faultId, at) => core.at(at, { type: "harness", tag: { type: "fault", id: faultId } }),
      random: (stream) => core.random.next(`fault/${stream}`),
    };
  }
}

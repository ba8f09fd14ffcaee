import { missing, present } from "../base/assert.ts";
import { Random } from "../base/random.ts";
import type { Millis } from "../base/units.ts";
import { ApiServer } from "../apiserver/server.ts";
import type { ApiServerOptions } from "../apiserver/server.ts";
import { emptyWatchCache } from "../apiserver/watch-cache.ts";
import { Etcd } from "../etcd/etcd.ts";
import { apiServerNames } from "./balancer.ts";
import { cloneState } from "./cluster-state.ts";
import type { Checkpoint, ClusterState } from "./cluster-state.ts";
import type { ClusterSpec } from "./cluster-spec.ts";
import type { ProcessState, Program } from "./process.ts";
import type { Happening } from "./happening.ts";
import { Scheduler } from "./schedule.ts";
import { record } from "./trace.ts";
import type { Answer, Change, Delivery, Message, Verdict, World } from "./world.ts";
import type { Tag } from "../client/component.ts";

/** What the harness wants to be told; code, not state. */
export interface ClusterHooks {
  /** Judges every message; undefined lets all pass at no cost. */
  verdict?: ((message: Message) => Verdict) | undefined;
  onChange?: (change: Change, world: World) => void;
  /** Told after the commits of a request. */
  onAnswer?: (answer: Answer, world: World) => void;
  /** Told when a list is answered, and when a watch hands something over. */
  onDelivery?: (delivery: Delivery, world: World) => void;
  /** A time asked for with `Cluster.wakeHarness` has come. */
  onWake?: (tag: Tag) => void;
}

/** What all parts of a cluster share: its state, clock, queue, streams and trace. */
export class Core {
  readonly spec: ClusterSpec;
  readonly state: ClusterState;
  readonly programs: readonly Program[];
  /** The processes of the programs, at the same places. */
  readonly processes: ProcessState[] = [];
  readonly hooks: ClusterHooks;
  readonly random: Random;
  readonly queue: Scheduler;
  /** The first of the API servers, which the harness itself asks. */
  readonly server: ApiServer;
  readonly servers: ReadonlyMap<string, ApiServer>;

  constructor(
    spec: ClusterSpec,
    programs: readonly Program[],
    hooks: ClusterHooks,
    from: Checkpoint | ClusterState,
    takesOver: boolean,
    server: ApiServerOptions,
  ) {
    const saved = "random" in from ? from : undefined;
    this.spec = spec;
    this.hooks = hooks;
    // A checkpoint may be gone on from many times.
    this.state = "random" in from ? (takesOver ? from.state : cloneState(from.state)) : from;
    this.programs = programs;
    for (const process of this.state.processes.values())
      if (process.ordinal >= 0) this.processes[process.ordinal] = process;
    this.random = new Random(spec.seed, saved?.random);
    this.queue = new Scheduler(spec.schedule, this.state.schedule, saved?.choices);
    const mutants = new Set(spec.mutants);
    const etcd = new Etcd(this.state.etcd, mutants);
    const { caches } = this.state;
    const servers = apiServerNames(spec).map((name) => {
      const cache = caches.get(name) ?? emptyWatchCache();
      caches.set(name, cache);
      return [name, new ApiServer(etcd, { ...server, mutants, cache })] as const;
    });
    this.servers = new Map(servers);
    this.server = present(servers[0], "an API server")[1];
  }

  get now(): Millis {
    return this.state.now;
  }

  at(at: Millis, happening: Happening): void {
    this.queue.push(Math.max(at, this.state.now), happening);
  }

  /** One-way latency of the next message. */
  latency(): Millis {
    const { min, max } = this.spec.latencyMs;
    return max > min ? min + this.random.below("network", max - min + 1) : min;
  }

  addProcess(process: ProcessState): void {
    this.state.processes.set(process.name, process);
    this.processes[process.ordinal] = process;
  }

  process(name: string): ProcessState {
    return this.state.processes.get(name) ?? missing(`the process ${name}`);
  }

  processAt(ordinal: number): ProcessState {
    return this.processes[ordinal] ?? missing(`the process ${ordinal}`);
  }

  program({ ordinal, name }: ProcessState): Program {
    return this.programs[ordinal] ?? missing(`the program ${name}`);
  }

  record(who: string, what: string, about: string, detail?: string): void {
    record(this.state.trace, this.state.now, who, what, about, detail);
  }
}

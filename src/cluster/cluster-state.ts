import { cloneLike, cloneMutable } from "../base/clone.ts";
import { copierOf } from "../base/copier.ts";
import type { Millis } from "../base/units.ts";
import type { RandomState } from "../base/random.ts";
import type { WatchCache } from "../apiserver/watch-cache.ts";
import type { EtcdState } from "../etcd/state.ts";
import { emptyEtcd } from "../etcd/state.ts";
import type { MachineState } from "../kubelet/machine.ts";
import type { Kernel } from "../network/kernel.ts";
import type { ProcessState } from "./process.ts";
import type { ScheduleState } from "./schedule.ts";
import { emptySchedule } from "./schedule.ts";
import type { Trace } from "./trace.ts";
import { emptyTrace } from "./trace.ts";

/** One node's hardware: what goes on when its processes are down. */
export interface Machine {
  readonly runtime: MachineState;
  readonly kernel: Kernel;
  powered: boolean;
  /** Time of the earliest machine event in the queue. */
  wakeAt: Millis | undefined;
}

/** A node whose heartbeats are really sent and really watched. */
export interface Disturbed {
  /** The last renewal that was skipped in closed form. */
  readonly since: Millis;
  /** Why; empty: only waiting for a sign of life. */
  readonly causes: Set<string>;
}

/** Everything that a run needs in order to go on: data that structuredClone can copy. */
export interface ClusterState {
  now: Millis;
  readonly schedule: ScheduleState;
  readonly etcd: EtcdState;
  /** The watch caches of each API server, by its name. */
  readonly caches: Map<string, WatchCache>;
  /** The load balancer's turn. */
  readonly balancer: { next: number };
  readonly processes: Map<string, ProcessState>;
  readonly machines: Map<string, Machine>;
  readonly disturbed: Map<string, Disturbed>;
  readonly trace: Trace;
  /** Events carried out so far. */
  events: number;
}

/** A checkpoint: the state with its random streams. */
export interface Checkpoint {
  readonly state: ClusterState;
  readonly random: RandomState;
  readonly choices: RandomState;
}

/** A copy of a state from which both can go on; stored objects, log entries and trace records never change, and are shared. */
export function cloneState(state: ClusterState): ClusterState {
  return cloneMutable(state, isRecord);
}

/** Makes copies, as `cloneState` does, of a state and plain data around it: what lies in both lies in both copies. */
export function stateCopier<T>(value: T): () => T {
  return copierOf(value, isRecord);
}

/** As `cloneState`, sharing with an earlier copy, which nobody may change, whatever has not changed since. */
export function cloneStateLike(state: ClusterState, like: ClusterState): ClusterState {
  return cloneLike(state, like, isRecord);
}

/** API objects by their type, entries of the log, what etcd keeps of a key and records of the trace by their fields. */
function isRecord(value: RecordFields): boolean {
  return (
    (value.metadata !== undefined && value.apiVersion !== undefined) ||
    (value.revision !== undefined && value.key !== undefined) ||
    value.modRevision !== undefined ||
    value.about !== undefined
  );
}

interface RecordFields {
  readonly metadata?: unknown;
  readonly apiVersion?: unknown;
  readonly revision?: unknown;
  readonly key?: unknown;
  readonly modRevision?: unknown;
  readonly about?: unknown;
}

/** A cluster before it is switched on. */
export function emptyCluster(keepTrace: boolean): ClusterState {
  return {
    now: 0,
    schedule: emptySchedule(),
    etcd: emptyEtcd(),
    caches: new Map(),
    balancer: { next: 0 },
    processes: new Map(),
    machines: new Map(),
    disturbed: new Map(),
    trace: emptyTrace(keepTrace),
    events: 0,
  };
}

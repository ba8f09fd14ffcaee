import type { Resource } from "../api/object.ts";
import type { Request, User } from "../api/request.ts";
import type { Component, Tag } from "../client/component.ts";
import type { Store } from "../client/informer.ts";
import { emptyStore } from "../client/informer.ts";
import type { Watch } from "../apiserver/server.ts";
import type { Bucket } from "./rate-limit.ts";

/** One informer of a process. Plain data. */
export interface InformerState {
  readonly store: Store;
  /** Absent while there is no stream: before the first list, and after a break. */
  watch?: Watch;
  /** Where a broken stream would go on. */
  resumeFrom?: number;
  /** The next attempt to resume is answered 410. */
  expired: boolean;
  /** Counts streams, so that what is under way on a broken one is told apart. */
  stream: number;
  /** The list with which the stream began is on its way. */
  listing: boolean;
  /** A list or a delivery is on its way. */
  delivering: boolean;
  /** Held back by a fault. */
  pinned: boolean;
  synced: boolean;
  /** Failed attempts to connect, for the back-off. */
  failures: number;
  /** Its first stream broke before anything came over it: the reflector falls back to a list of any version. */
  anyVersion?: true;
  /** Its list waits until the server's cache is fresh enough. */
  waiting?: true;
}

/** A process: a component's memory with its connections. Plain data. */
export interface ProcessState {
  readonly name: string;
  /** Its place among the cluster's programs: where others keep what is no state of it. */
  readonly ordinal: number;
  readonly node?: string;
  up: boolean;
  epoch: number;
  /** The API server that it is connected to, where there are several. */
  server?: string;
  memory: unknown;
  informers: Map<Resource, InformerState>;
  /** Requests whose answer is awaited. */
  pending: Map<number, { readonly tag: Tag; readonly request: Request }>;
  nextRequest: number;
  synced: boolean;
  /** Event objects written so far by (object, reason, message): their name and count. */
  events: Map<string, { readonly name: string; count: number }>;
  /** Token buckets of the spam filter of its Events, by uid of the object. */
  eventRates: Map<string, Bucket>;
  /** Token buckets of its clients by name; "" where the process has only one. */
  clients: Map<string, Bucket>;
}

/** A component and where it runs: code, not state. */
export interface Program {
  readonly component: Component<unknown>;
  readonly node?: string;
  readonly user: User;
}

/** A process that has not started. */
export function newProcess(name: string, ordinal: number, node?: string): ProcessState {
  return {
    name,
    ordinal,
    ...(node !== undefined && { node }),
    up: false,
    epoch: 0,
    memory: undefined,
    informers: new Map(),
    pending: new Map(),
    nextRequest: 1,
    synced: false,
    events: new Map(),
    eventRates: new Map(),
    clients: new Map(),
  };
}

/** Memory, informers and connections as at the start of the process; a new epoch disowns all that is under way. */
export function resetProcess(state: ProcessState, program: Program): void {
  state.epoch += 1;
  delete state.server;
  state.memory = program.component.init();
  state.informers = new Map(program.component.watches.map((spec) => [spec.resource, newInformer(emptyStore(spec))]));
  state.pending = new Map();
  state.synced = false;
  state.events = new Map();
  state.eventRates = new Map();
  state.clients = new Map();
}

function newInformer(store: Store): InformerState {
  return {
    store,
    expired: false,
    stream: 0,
    listing: false,
    delivering: false,
    pinned: false,
    synced: false,
    failures: 0,
  };
}

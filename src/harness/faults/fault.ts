import type fc from "fast-check";
import type { z } from "zod";
import type { Millis } from "../../base/units.ts";
import type { Change, Levers, Message, Verdict, World } from "../../cluster/world.ts";
import type { DisturbanceKind } from "../expectations/expectation.ts";

/** What a generator may know of the cluster before it exists. */
export interface Topology {
  readonly nodes: number;
  readonly zones: number;
  readonly apiServers: number;
}

/** What a fault may look at and pull while it is active. */
export interface FaultContext {
  /** Unique in the run. */
  readonly id: string;
  readonly now: Millis;
  readonly levers: Levers;
  readonly world: World;
  /** When it heals. */
  readonly until: Millis;
  /** Whether another active fault holds the same thing down, so that this one must not bring it back. */
  held(hold: string): boolean;
}

/** Names of nodes, or all of them. */
export type Heartbeats = "all" | readonly string[];

/** What an active fault does to the cluster, for stories and expectations. */
export interface Harm {
  readonly kind: DisturbanceKind;
  /** A clause that reads after "while": "node-2 was powered off". */
  readonly what: string;
  readonly nodes?: readonly string[];
  readonly zone?: string;
}

/** A kind of fault. Parameters `P` and memory `M` are plain data; what it names by index is resolved modulo what exists. */
export interface Fault<P = unknown, M = unknown> {
  /** Kebab-case, and the name of the file. */
  readonly name: string;
  /** Rows of the fault catalogue that it covers: "F12". */
  readonly catalogue: readonly string[];
  /** One sentence. */
  readonly statement: string;
  /** Whether a cluster of that shape can suffer it. */
  available(topology: Topology): boolean;
  /** Shrinks towards the mildest form. */
  params(topology: Topology): fc.Arbitrary<P>;
  readonly schema: z.ZodType<P>;
  /** Shortest time that makes sense, so that the cluster can notice it. */
  readonly minMs: Millis;
  /** Begins; returns the memory that the other calls are handed and may change in place. */
  start(params: P, context: FaultContext): M;
  /** Called at times asked for with `levers.wakeFault(id, at)`. */
  wake?(params: P, context: FaultContext, memory: M): void;
  /** Heals; afterwards nothing of the fault is left. */
  stop(params: P, context: FaultContext, memory: M): void;
  /** Judges every message between a process and the API server. */
  onMessage?(params: P, message: Message, now: Millis, memory: M): Verdict;
  /** Sees every committed write. */
  onChange?(params: P, change: Change, context: FaultContext, memory: M): void;
  /** What it holds down at the moment, in words that all faults share: "power/node-1", "down/kubelet/node-1", "watch/kube-scheduler/pods". */
  holds?(params: P, memory: M): readonly string[];
  /** Nodes whose heartbeats it may keep from the API server or the node controller, so that they must really be sent; absent: none. */
  heartbeats?(params: P, memory: M): Heartbeats;
  /** What it does, once begun. */
  harm(params: P, memory: M): Harm;
}

/** The verdict of a fault that lets a message go. */
export const pass: Verdict = { do: "pass" };

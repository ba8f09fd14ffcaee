import type { Millis } from "../../base/units.ts";
import type { Resource } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Answer, Change, Delivery, World } from "../../cluster/world.ts";
import type { Explanation } from "../../scheduler/explain.ts";

/** always: at every commit. eventually: once faults are healed and the cluster is quiet. sometimes: in some history of a campaign. */
export type Expectation = "always" | "eventually" | "sometimes";

/** One broken promise. `object` names what it is about: "Pod default/web-1". */
export interface Violation {
  readonly invariant: string;
  readonly at: Millis;
  readonly object?: string;
  readonly sentence: string;
}

/** What the plan knows of a pod's programs, or of its scheduler's configuration: "its image nope:1 cannot be pulled"; undefined when it can run and become ready. */
export type PlannedTrouble = (pod: Pod) => string | undefined;

/** What the end of a history offers beyond the world; each part is optional, and invariants skip what is missing. */
export interface EndView {
  readonly trouble?: PlannedTrouble;
  /** Writes that were committed in the last minute of the history, long after all faults; heartbeats and Events aside. */
  readonly lateWrites?: readonly Change[];
  /** What the scheduler would say of a pod ("namespace/name") if it had to decide again now. */
  readonly explain?: (pod: string) => Explanation;
  /** Addresses "ip:port" that the rules of a node lead to from a service port, each with its share of new connections. */
  readonly reach?: (node: string, serviceKey: string, port: number) => ReadonlyMap<string, number>;
}

/** A promise of Kubernetes, watched over one history. Memory is plain data, so that a history can be forked. */
export interface Invariant<M = unknown> {
  /** Kebab-case, and the name of the file. */
  readonly name: string;
  /** Numbers in the catalogue of invariants. */
  readonly catalogue: readonly string[];
  readonly expectation: Expectation;
  /** The promise in one sentence, in Kubernetes' words. */
  readonly statement: string;
  /** Where upstream promises it. */
  readonly source: string;
  /** Resources whose changes it wants; others are not shown to it. "*" wants all. */
  readonly resources: readonly Resource[];
  /** Upstream keeps it only while the control plane's caches are fresh: judged only then (see Monitor.onDisturbance). */
  readonly calmOnly?: true;
  init(): M;
  /** Judges one commit in O(change); may mutate `memory`. */
  onChange?(memory: M, change: Change, world: World): Violation | undefined;
  /** Judges an answer of the API server, after the commits of its request; may mutate `memory`. */
  onAnswer?(memory: M, answer: Answer, world: World): Violation | undefined;
  /** Judges what a client was told by a list or a watch; may mutate `memory`. */
  onDelivery?(memory: M, delivery: Delivery, world: World): Violation | undefined;
  /** Judges the quiet end. For sometimes: undefined when the state was seen. Several violations may be told at once. */
  atEnd?(memory: M, world: World, end: EndView): Violation | readonly Violation[] | undefined;
}

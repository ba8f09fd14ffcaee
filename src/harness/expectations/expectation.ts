import type { z } from "zod";
import type { Millis } from "../../base/units.ts";
import type { Resource } from "../../api/object.ts";
import type { Change, World } from "../../cluster/world.ts";

export type DisturbanceKind = "rollout" | "drain" | "scale" | "node-loss" | "zone-loss" | "fault";

/** Something that the plan does to the cluster, told when it begins and again, with `until`, when it is over. */
export interface Disturbance {
  /** Same in both calls; unique in the history. */
  readonly id: string;
  readonly kind: DisturbanceKind;
  /** A clause that reads after "while": "node-7 was drained", "zone-b was down", "Deployment web was rolled out". */
  readonly what: string;
  readonly at: Millis;
  /** When it was over; absent as long as it lasts. */
  readonly until?: Millis;
  /** Nodes that it is about (drain, node-loss, zone-loss). */
  readonly nodes?: readonly string[];
  readonly zone?: string;
  /** Key "namespace/name" of the workload (rollout, scale). */
  readonly key?: string;
}

/** What the user's manifests did not stand: not a bug of Kubernetes. */
export interface Finding {
  readonly expectation: string;
  /** Kind and name: "Service cartservice"; with the namespace when it is not "default". */
  readonly object: string;
  /** The whole story in one sentence. */
  readonly sentence: string;
  readonly at: Millis;
  readonly durationMs: Millis;
  /** The clause of the disturbance: "node-7 was drained". */
  readonly during: string;
  /** Kind of the disturbance. */
  readonly disturbance: DisturbanceKind;
  /** Why, as a clause without a full stop: "Deployment cartservice has 1 replica". */
  readonly cause: string;
  /** Whether it was over before the history ended. */
  readonly recovered: boolean;
}

/** An expectation about manifests, with parameters `P` and a memory `M` of plain data. */
export interface ManifestExpectation<P = unknown, M = unknown> {
  /** Kebab-case, and the name of the file. */
  readonly name: string;
  readonly statement: string;
  readonly params: z.ZodType<P>;
  readonly resources: readonly Resource[];
  init(params: P): M;
  onChange?(memory: M, change: Change, world: World): readonly Finding[] | undefined;
  onDisturbance?(memory: M, disturbance: Disturbance, world: World): readonly Finding[] | undefined;
  /** Closes what is still open when the history ends. */
  atEnd?(memory: M, world: World): readonly Finding[] | undefined;
}

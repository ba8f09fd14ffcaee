import type { ApiObject } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Millis } from "../../base/units.ts";
import type { SchedulerCache, Snapshot } from "../cache/cache.ts";
import type { NodeInfo } from "../cache/node-info.ts";
import type { Columns } from "../columns/columns.ts";
import type { SpecInfo } from "../cache/pod-info.ts";
import type { Nominator } from "../queue/nominator.ts";
import type { Objects } from "./objects.ts";
import type { Profile } from "./profile.ts";
import type { Status } from "./status.ts";
import type { WaitingPods } from "./waiting-pods.ts";

/** What plugins keep for the length of one attempt, by plugin name (upstream's CycleState). */
export type CycleState = Map<string, unknown>;

/** Everything that an attempt looks at. */
export interface Environment {
  readonly cache: SchedulerCache;
  readonly nominator: Nominator;
  readonly objects: Objects;
  readonly now: Millis;
  /** Planted faults that are switched on, by id. */
  readonly mutants: ReadonlySet<string>;
  /** Judge volumes; without, pods are placed as if they had none. */
  readonly volumes?: true | undefined;
  /** Pods that wait at Permit; absent where no plugin is asked there. */
  readonly waitingPods?: WaitingPods | undefined;
  /** Remembered verdicts and scores; absent: nodes are looked at one by one. */
  readonly columns?: Columns | undefined;
}

/** One attempt: the pod, its profile, the snapshot, and the state of its plugins. */
export interface Cycle extends Environment {
  readonly pod: Pod;
  readonly info: SpecInfo;
  readonly profile: Profile;
  readonly snapshot: Snapshot;
  readonly state: CycleState;
  /** Plugins that take no part in this attempt's Filter and Score. */
  readonly skipFilter: Set<string>;
  readonly skipScore: Set<string>;
}

/** What a filter run says of each examined node, and of all others. */
export interface Diagnosis {
  /** By node name. */
  readonly nodes: Map<string, Status>;
  /** Verdicts of all nodes, in place of `nodes`, where they are kept ready; worthless after the attempt. */
  known: KnownVerdicts | undefined;
  /** The status of nodes that have none of their own. */
  absent: Status | undefined;
  readonly unschedulablePlugins: Set<string>;
  readonly pendingPlugins: Set<string>;
  preFilterMessage: string;
}

/** Verdicts that are remembered from attempt to attempt. */
export interface KnownVerdicts {
  /** By the node's row. */
  readonly verdicts: readonly (Status | undefined)[];
  /** How many nodes have each verdict. */
  readonly counts: ReadonlyMap<Status, number>;
  /** What dry runs of preemption have found for such a pod, by the node's row, to be read and added to. */
  dryRuns(priority: number, budgets: readonly ApiObject[]): unknown[];
}

/** What is said of one node. */
export function verdictOn({ nodes, known, absent }: Diagnosis, node: NodeInfo): Status | undefined {
  return (known === undefined ? nodes.get(node.name) : known.verdicts[node.row]) ?? absent;
}

/** What PostFilter wants done with status.nominatedNodeName; absent: it stays. */
export interface PostFilterResult {
  readonly nominatedNodeName: string;
  /** Pods to delete so that the pod fits, by decreasing importance. */
  readonly victims?: readonly Pod[];
  readonly detail?: unknown;
}

/** A node's info by name, if the snapshot lists it. */
export function nodeInSnapshot(cycle: Cycle, name: string): NodeInfo | undefined {
  const info = cycle.cache.nodes.get(name);
  return info !== undefined && info.row >= 0 ? info : undefined;
}

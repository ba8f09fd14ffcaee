import type { Pod } from "../../api/types/core-v1.ts";
import type { NodeInfo } from "../cache/node-info.ts";
import type { EventRegistration } from "../queue/event-registration.ts";
import type { Cycle, CycleState, Diagnosis, PostFilterResult } from "./cycle.ts";
import type { Objects } from "./objects.ts";
import type { PluginArgs } from "./args.ts";
import type { Status } from "./status.ts";

/** What PreFilter may say besides a verdict: the only nodes worth a look. */
export interface PreFilterResult {
  readonly nodeNames?: ReadonlySet<string>;
  readonly status?: Status;
}

/** Holds a pod back from the active queue. */
export interface PreEnqueuePlugin {
  preEnqueue(pod: Pod, objects: Objects, isPreempting?: (uid: string) => boolean): Status | undefined;
}

/** Looks at the pod and the whole snapshot before nodes are filtered. */
export interface PreFilterPlugin {
  preFilter(cycle: Cycle): PreFilterResult | undefined;
  /** Keeps the plugin's state right while pods are added to or taken from a node in thought. */
  readonly extensions?: PreFilterExtensions;
}

/** All change `state`, which `clone` made from the state of the cycle. */
export interface PreFilterExtensions {
  clone(state: CycleState): void;
  addPod(cycle: Cycle, pod: Pod, node: NodeInfo): void;
  removePod(cycle: Cycle, pod: Pod, node: NodeInfo): void;
}

/** Says whether the pod may run on a node; undefined: it may. */
export interface FilterPlugin {
  filter(cycle: Cycle, node: NodeInfo): Status | undefined;
}

/** Tries to make a node fit after none did. */
export interface PostFilterPlugin {
  postFilter(cycle: Cycle, diagnosis: Diagnosis): { readonly result?: PostFilterResult; readonly status?: Status };
}

/** Prepares scoring of the feasible nodes; Skip leaves the plugin's Score out. */
export interface PreScorePlugin {
  preScore(cycle: Cycle, nodes: readonly NodeInfo[]): Status | undefined;
}

/** Scores a feasible node: a whole number, 0..100 after normalizing. */
export interface ScorePlugin {
  score(cycle: Cycle, node: NodeInfo): number;
  /** Brings the scores of all feasible nodes into 0..100, in place. */
  normalize?(cycle: Cycle, nodes: readonly NodeInfo[], scores: number[]): void;
}

/** Reserves what the chosen node must keep for the pod; an answer is a failure. */
export interface ReservePlugin {
  reserve(cycle: Cycle, node: NodeInfo): Status | undefined;
  unreserve(cycle: Cycle, node: NodeInfo): void;
}

/** Allows or refuses a binding, or lets the pod wait (Wait with `waitMs`) until the plugin allows it through `cycle.waitingPods`. */
export interface PermitPlugin {
  permit(cycle: Cycle, node: NodeInfo): Status | undefined;
}

/** Does what must be done before the pod is bound; an answer ends the binding. */
export interface PreBindPlugin {
  preBind(cycle: Cycle, node: NodeInfo): Status | undefined;
}

/** Hears of a pod that was bound. */
export interface PostBindPlugin {
  postBind(pod: Pod, nodeName: string): void;
}

/** Names the write that binds the pod. */
export interface BindPlugin {
  bind(pod: Pod, nodeName: string): { readonly kind: "Binding"; readonly body: unknown };
}

/** Orders the active queue: negative when `a` goes first. */
export interface QueueSortPlugin {
  compare(
    a: { readonly pod: Pod; readonly timestamp: number },
    b: { readonly pod: Pod; readonly timestamp: number },
  ): number;
}

/** A plugin: plain functions, no state of its own. */
export type Plugin = {
  readonly name: string;
  /** Verdict and raw score depend on the pod's spec and on the one node only, so that they can be remembered. */
  readonly local?: true;
  /** How `normalize` scales, for plugins that are local: to the maximum, or to it reversed. */
  readonly scaling?: "max" | "max-reversed";
  /** Local, and what pods the node has does not matter either. */
  readonly podless?: true;
  /** For plugins that are not local: which columns know their verdicts and scores. */
  readonly columns?: "spread" | "affinity" | "volumes";
  /** Why Score fails: it was enabled without what it builds on. */
  readonly scoreFails?: string;
  /** Events that may undo a rejection by this plugin. */
  readonly events?: (args: PluginArgs) => readonly EventRegistration[];
} & Partial<PreEnqueuePlugin> &
  Partial<PreFilterPlugin> &
  Partial<FilterPlugin> &
  Partial<PostFilterPlugin> &
  Partial<PreScorePlugin> &
  Partial<ScorePlugin> &
  Partial<ReservePlugin> &
  Partial<PermitPlugin> &
  Partial<PreBindPlugin> &
  Partial<PostBindPlugin> &
  Partial<BindPlugin> &
  Partial<QueueSortPlugin>;

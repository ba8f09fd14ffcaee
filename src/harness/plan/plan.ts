import type { Millis } from "../../base/units.ts";

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Parameters of a step, fault or expectation: checked by the schema of the one that is named. */
export type Params = { readonly [key: string]: unknown };

/** Everything that one history depends on: plain JSON data, all durations in milliseconds. */
export interface Plan {
  readonly apiVersion: "shakedown/v1";
  readonly kind: "Plan";
  readonly metadata: { readonly name: string };
  readonly spec: PlanSpec;
}

/** What happens, to which cluster, and what must hold. */
export interface PlanSpec {
  /** Seed of all random streams: 0 … 2^53-1, or a text. */
  readonly seed: number | string;
  readonly cluster: ClusterPlan;
  /** How images behave; the first rule whose pattern fits wins. */
  readonly images: readonly ImageRule[];
  readonly schedule: Schedule;
  /** "slow" performs recurring work that "quiet" skips in closed form. */
  readonly mode: "quiet" | "slow";
  readonly steps: readonly Step[];
  readonly expect: readonly Expect[];
  /** Planted bugs to switch on, by name. */
  readonly mutants: readonly string[];
  /** Modules with scheduler plugins of the user's own; in a file, relative to it. */
  readonly plugins?: readonly string[];
  /** Where it parts from plans with the same beginning. */
  readonly fork?: Fork;
  /** In a saved failure: what was violated, and the digest of the history that shows it. */
  readonly violation?: SavedViolation;
}

/** The machines, and the network between them. */
export interface ClusterPlan {
  readonly nodes: readonly NodeGroup[];
  readonly controlPlane: {
    readonly apiServers: number;
    /** "all": also those for volumes and quotas of which the plan does not speak, as when clients may make them later. */
    readonly controllers?: "all";
  };
  /** One-way latency of a message, drawn evenly from [min, max]. */
  readonly network: { readonly latencyMs: { readonly min: Millis; readonly max: Millis } };
  /** Schedulers, each a process of its own; absent: one with the default configuration. */
  readonly schedulers?: readonly SchedulerPlan[];
}

/** One kube-scheduler process. */
export interface SchedulerPlan {
  /** "kube-scheduler", or the name of a further one, whose process is called kube-scheduler/<name>. */
  readonly name: string;
  /** Time that an attempt takes, from pop and snapshot to what follows from the decision; the pod is in flight; default 0. */
  readonly attemptMs?: Millis;
  /** Time from the decision until the binding cycle is past Permit; the pod is in flight while others are tried; default 0. */
  readonly permitMs?: Millis;
  /** A KubeSchedulerConfiguration; absent: the default. */
  readonly config?: { readonly [field: string]: unknown };
}

/** Equal nodes. Node i of the cluster is called node-<i>, counted from 1 over all groups; its zone is zone-a, zone-b … in turn. */
export interface NodeGroup {
  readonly count: number;
  /** 0: no zone label. */
  readonly zones: number;
  /** Quantity. */
  readonly cpu: string;
  /** Quantity. */
  readonly memory: string;
  readonly pods: number;
  readonly labels: { readonly [key: string]: string };
  readonly taints: readonly NodeTaint[];
  /** When the nodes join the cluster; absent: at its start. */
  readonly joinsAt?: Millis;
}

export interface NodeTaint {
  readonly key: string;
  readonly value?: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** Behaviour of the containers of an image. `image` is a pattern in which "*" stands for any text. */
export interface ImageRule {
  readonly image: string;
  readonly pullMs?: Millis;
  /** From create to running. */
  readonly startMs?: Millis;
  /** From running to the first successful probe; "never" fails every probe. */
  readonly readyAfterMs?: Millis | "never";
  /** The container ends by itself after so long; absent: it runs until stopped. */
  readonly runsForMs?: Millis;
  /** Code with which it ends by itself: 0 … 255. */
  readonly exitCode?: number;
  /** From SIGTERM to exit; "never" waits for SIGKILL. */
  readonly terminateMs?: Millis | "never";
  /** The registry does not have it: ErrImagePull. */
  readonly missing?: boolean;
  /** What the server in it answers when asked for its version. */
  readonly version?: string;
  /** Use of a running container, for metrics: quantities. */
  readonly cpu?: string;
  readonly memory?: string;
}

/** Who goes first when several events are due at the same instant. */
export type Schedule =
  | { readonly policy: "fifo" }
  | { readonly policy: "random"; readonly seed: number }
  | { readonly policy: "pct"; readonly seed: number; readonly depth: number }
  | { readonly policy: "recorded"; readonly choices: readonly number[] };

/** Something that a user does, or a fault that is injected. */
export type Step = UserStep | FaultStep;

/** A user's command. "previous": starts when the step before it has ended, and not before `at`. */
export interface UserStep {
  readonly at: Millis;
  readonly step: string;
  readonly params: Params;
  readonly after?: "previous";
}

/** A fault from `at` until `at + for`. */
export interface FaultStep {
  readonly at: Millis;
  readonly fault: string;
  readonly for: Millis;
  readonly params: Params;
}

/** What must hold of the history. */
export type Expect =
  /** The invariant of that name, or all. */
  | { readonly invariant: string }
  /** The desired state is reached so long after the last step and fault. */
  | { readonly converges: { readonly within: Millis } }
  | { readonly expectation: string; readonly params: Params }
  /** A state of that name is seen at least once. */
  | { readonly reaches: string };

/**
 * From `at` on all random streams are drawn from `seed`, and events go by `schedule`; steps from the first one at or after `at`
 * on are known from then on only. So plans that differ in these alone share their history until then.
 */
export interface Fork {
  readonly at: Millis;
  readonly seed: number | string;
  readonly schedule: Schedule;
}

export interface SavedViolation {
  readonly invariant: string;
  readonly object: string;
  readonly digest: string;
}

/** True for a fault step. */
export function isFault(step: Step): step is FaultStep {
  return "fault" in step;
}

/** How many of the steps are known before the fork; without one, all are. */
export function knownBeforeFork({ steps, fork }: Pick<PlanSpec, "steps" | "fork">): number {
  const first = fork === undefined ? -1 : steps.findIndex((step) => step.at >= fork.at);
  return first < 0 ? steps.length : first;
}

/** When the last step has begun and the last fault has healed, and the history has parted from others. */
export function chaosEnd(plan: Plan): Millis {
  let end = plan.spec.fork?.at ?? 0;
  for (const step of plan.spec.steps) end = Math.max(end, isFault(step) ? step.at + step.for : step.at);
  return end;
}

/** The names of a cluster's nodes with their zone, in order. */
export function nodesOf(
  cluster: ClusterPlan,
): { readonly name: string; readonly zone?: string; readonly group: NodeGroup }[] {
  const nodes: { readonly name: string; readonly zone?: string; readonly group: NodeGroup }[] = [];
  for (const group of cluster.nodes)
    for (let i = 0; i < group.count; i += 1) {
      const zone = group.zones === 0 ? {} : { zone: zoneName(i % group.zones) };
      nodes.push({ name: `node-${nodes.length + 1}`, ...zone, group });
    }
  return nodes;
}

/** zoneName(0) = "zone-a"; after zone-z come zone-27, zone-28 … */
export function zoneName(index: number): string {
  return `zone-${index < 26 ? String.fromCharCode(97 + index) : index + 1}`;
}

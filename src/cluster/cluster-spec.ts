import type { Millis } from "../base/units.ts";
import type { KubeletConfig } from "../kubelet/config.ts";
import type { ImageBehaviour } from "../kubelet/cri/behaviour.ts";

/** Who goes first when several events are due at the same instant. */
export type SchedulePolicy =
  | { readonly policy: "fifo" }
  | { readonly policy: "random"; readonly seed: number }
  | { readonly policy: "pct"; readonly seed: number; readonly depth: number }
  | { readonly policy: "recorded"; readonly choices: readonly number[] };

/** A kube-scheduler process and its KubeSchedulerConfiguration; without, the default. */
export interface SchedulerSpec {
  readonly process: string;
  readonly config?: unknown;
  /** Time that an attempt takes: from pop and snapshot to what follows from the decision; default 0. */
  readonly attemptMs?: Millis;
  /** Time from the decision until the binding cycle is past Permit; default 0. */
  readonly permitMs?: Millis;
}

/** A cluster as plain data: everything that its history depends on, besides the steps of its user. */
export interface ClusterSpec {
  readonly seed: number | string;
  readonly nodes: readonly KubeletConfig[];
  readonly images: readonly ImageBehaviour[];
  /** One-way latency of a message, drawn evenly from [min, max]. */
  readonly latencyMs: { readonly min: Millis; readonly max: Millis };
  readonly schedule: SchedulePolicy;
  /** "slow" performs the recurring work that "quiet" skips in closed form. */
  readonly mode: "quiet" | "slow";
  /** Ids of planted bugs that are on. */
  readonly mutants: readonly string[];
  /** Absent: one kube-scheduler with the default configuration. */
  readonly schedulers?: readonly SchedulerSpec[];
  /** API servers over the one etcd, behind a load balancer; absent: one. */
  readonly apiServers?: number;
  /** When the processes of a node start, by node; absent: with the cluster. */
  readonly joins?: { readonly [node: string]: Millis };
  /** Volumes take part: they are bound and provisioned, and the scheduler looks at them; else pods are placed as if they had none. */
  readonly volumes?: true;
  /** ResourceQuotas take part: their controller runs. */
  readonly quotas?: true;
  /** Whether components write Event objects; default true. */
  readonly recordEvents?: boolean;
}

import { z } from "zod";
import { duration, flag, quantity, text, textMap, whole, word } from "./fields.ts";
import type {
  ClusterPlan,
  Expect,
  Fork,
  ImageRule,
  NodeGroup,
  NodeTaint,
  Params,
  SavedViolation,
  Schedule,
  SchedulerPlan,
} from "./plan.ts";

/** Schemas of a plan's parts but for its steps, whose parameters their own programs check (parse.ts). */

const taint: z.ZodType<NodeTaint> = z.strictObject({
  key: text,
  value: text.exactOptional(),
  effect: word("NoSchedule", "PreferNoSchedule", "NoExecute"),
});

const nodeGroup: z.ZodType<NodeGroup> = z.strictObject({
  count: whole(0, 20_000).default(3),
  zones: whole(0, 1000).default(1),
  cpu: quantity.default("4"),
  memory: quantity.default("16Gi"),
  pods: whole(0, 100_000).default(110),
  labels: textMap.default({}),
  taints: z.array(taint).default([]),
  joinsAt: duration.exactOptional(),
});

const latency: z.ZodType<{ min: number; max: number }> = z
  .union([duration, z.strictObject({ min: duration, max: duration })], { error: "expected milliseconds or {min, max}" })
  .transform((value) => (typeof value === "number" ? { min: value, max: value } : value))
  .refine((range) => range.min <= range.max, { error: "expected min to be at most max" });

const scheduler: z.ZodType<SchedulerPlan> = z.strictObject({
  name: text.default("kube-scheduler"),
  attemptMs: duration.exactOptional(),
  permitMs: duration.exactOptional(),
  config: z
    .record(z.string(), z.unknown(), { error: "expected a KubeSchedulerConfiguration or the path of one" })
    .exactOptional(),
});

const cluster: z.ZodType<ClusterPlan> = z.strictObject({
  nodes: z.array(nodeGroup).prefault([{}]),
  controlPlane: z
    .strictObject({ apiServers: whole(1, 9).default(1), controllers: word("all").exactOptional() })
    .prefault({}),
  network: z.strictObject({ latencyMs: latency.prefault(1) }).prefault({}),
  schedulers: z.array(scheduler).min(1, { error: "expected at least one scheduler" }).exactOptional(),
});

const never = z.union([z.literal("never"), duration], { error: "expected a duration or never" });

const imageRule: z.ZodType<ImageRule> = z.strictObject({
  image: text,
  pullMs: duration.exactOptional(),
  startMs: duration.exactOptional(),
  readyAfterMs: never.exactOptional(),
  runsForMs: duration.exactOptional(),
  exitCode: whole(0, 255).exactOptional(),
  terminateMs: never.exactOptional(),
  missing: flag.exactOptional(),
  version: text.exactOptional(),
  cpu: quantity.exactOptional(),
  memory: quantity.exactOptional(),
});

const seed = whole(0);
const anySeed = z.union([seed, text], { error: "expected a whole number of at least 0 or a text" });

const schedule: z.ZodType<Schedule> = z
  .union(
    [
      word("fifo", "random", "pct"),
      z.strictObject({ random: seed }),
      z.strictObject({ pct: seed, depth: whole(0, 100).default(3) }),
      z.strictObject({ recorded: z.array(whole(0)) }),
    ],
    { error: "expected fifo, random, {random: seed}, {pct: seed, depth: n} or {recorded: [choices]}" },
  )
  .transform((value): Schedule => {
    if (value === "fifo") return { policy: "fifo" };
    if (value === "random") return { policy: "random", seed: 0 };
    if (value === "pct") return { policy: "pct", seed: 0, depth: 3 };
    if ("random" in value) return { policy: "random", seed: value.random };
    if ("pct" in value) return { policy: "pct", seed: value.pct, depth: value.depth };
    return { policy: "recorded", choices: value.recorded };
  });

const fork: z.ZodType<Fork> = z.strictObject({ at: duration, seed: anySeed, schedule: schedule.prefault("fifo") });

const params: z.ZodType<Params> = z.record(z.string(), z.unknown());

const expect: z.ZodType<Expect> = z.union(
  [
    z.strictObject({ invariant: text }),
    z.strictObject({ converges: z.strictObject({ within: duration }) }),
    z.strictObject({ expectation: text, params: params.default({}) }),
    z.strictObject({ reaches: text }),
  ],
  {
    error:
      "expected {invariant: name}, {converges: {within: duration}}, {expectation: name, params} or {reaches: name}",
  },
);

const violation: z.ZodType<SavedViolation> = z.strictObject({ invariant: text, object: text, digest: text });

/** A plan whose steps are not yet looked at. */
export interface PlanHead {
  readonly apiVersion: "shakedown/v1";
  readonly kind: "Plan";
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly seed: number | string;
    readonly cluster: ClusterPlan;
    readonly images: readonly ImageRule[];
    readonly schedule: Schedule;
    readonly mode: "quiet" | "slow";
    readonly steps: readonly unknown[];
    readonly expect: readonly Expect[];
    readonly mutants: readonly string[];
    readonly plugins?: readonly string[];
    readonly fork?: Fork;
    readonly violation?: SavedViolation;
  };
}

/** Schema of everything but the steps. */
export const planHead: z.ZodType<PlanHead> = z.strictObject({
  apiVersion: word("shakedown/v1"),
  kind: word("Plan"),
  metadata: z.strictObject({ name: text }),
  spec: z.strictObject({
    seed: anySeed.default(1),
    cluster: cluster.prefault({}),
    images: z.array(imageRule).default([]),
    schedule: schedule.prefault("fifo"),
    mode: word("quiet", "slow").default("quiet"),
    steps: z.array(z.unknown()).default([]),
    expect: z.array(expect).default([{ invariant: "all" }, { converges: { within: 600_000 } }]),
    mutants: z.array(text).default([]),
    plugins: z.array(text).exactOptional(),
    fork: fork.exactOptional(),
    violation: violation.exactOptional(),
  }),
});

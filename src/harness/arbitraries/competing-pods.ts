import fc from "fast-check";
import type { Manifest } from "../../api/object.ts";
import type { Millis } from "../../base/units.ts";
import type { Params, Step } from "../plan/plan.ts";
import type { Commands } from "./user-steps.ts";
import { placed } from "./user-steps.ts";

/** What a generated pod asks for: a plain record that every value of every field makes legal. */
export interface CompetingPod {
  readonly priority: "none" | "low" | "middle" | "high" | "patient";
  readonly cpu: string;
  readonly app: string;
  readonly wish: Wish;
  readonly graceSeconds: number;
}

/** What else the scheduler has to look at. */
type Wish =
  | "none"
  | "host-port"
  | "apart"
  | "apart-zone"
  | "together"
  | "spread-host"
  | "spread-zone"
  | "elsewhere"
  | "spread-elsewhere"
  | "tolerant"
  | "gated"
  | "sidecar";

const HOST = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";
const SPAN: Millis = 40_000;

/** "patient" is high and never preempts. */
const CLASSES: readonly Manifest[] = (
  [
    ["low", 10, "PreemptLowerPriority"],
    ["middle", 100, "PreemptLowerPriority"],
    ["high", 1000, "PreemptLowerPriority"],
    ["patient", 1000, "Never"],
  ] as const
).map(([name, value, preemptionPolicy]) => ({
  apiVersion: "scheduling.k8s.io/v1",
  kind: "PriorityClass",
  metadata: { name },
  value,
  preemptionPolicy,
}));

const anyPod: fc.Arbitrary<CompetingPod> = fc.record({
  priority: fc.constantFrom("none", "low", "low", "middle", "high", "high", "patient"),
  cpu: fc.constantFrom("100m", "300m", "500m", "500m", "900m", "1500m"),
  app: fc.constantFrom("a", "b"),
  wish: fc.constantFrom<Wish>(
    "none",
    "none",
    "none",
    "host-port",
    "apart",
    "apart-zone",
    "together",
    "spread-host",
    "spread-zone",
    "elsewhere",
    "spread-elsewhere",
    "spread-elsewhere",
    "tolerant",
    "gated",
    "sidecar",
  ),
  graceSeconds: fc.constantFrom(0, 1, 5, 30),
});

const budget: fc.Arbitrary<readonly Manifest[]> = fc
  .constantFrom<object | undefined>(
    undefined,
    undefined,
    { minAvailable: 1 },
    { maxUnavailable: 0 },
    { maxUnavailable: 1 },
  )
  .map((rule) =>
    rule === undefined
      ? []
      : [
          {
            apiVersion: "policy/v1",
            kind: "PodDisruptionBudget",
            metadata: { name: "a", namespace: "default" },
            spec: { ...rule, selector: { matchLabels: { app: "a" } } },
          },
        ],
  );

/** Moments that often coincide or nearly do. */
const moment: fc.Arbitrary<Millis> = fc.oneof(
  fc.nat({ max: SPAN / 5000 }).map((n) => n * 5000),
  fc.tuple(fc.nat({ max: SPAN / 5000 }), fc.nat({ max: 40 })).map(([n, ms]) => n * 5000 + ms),
  fc.nat({ max: SPAN / 100 }).map((tenths) => tenths * 100),
);

const index: fc.Arbitrary<{ readonly index: number }> = fc.record({ index: fc.nat({ max: 63 }) });

type Command = readonly [at: Millis, step: string, params: Params];

/** Pods of one kind: one, or a few at once. */
const pods: fc.Arbitrary<(turn: number, names: readonly string[]) => readonly Command[]> = fc
  .record({ pod: anyPod, count: fc.constantFrom(1, 1, 1, 2, 3) })
  .map(({ pod, count }) => (turn, names) => [
    [
      0,
      "create",
      {
        manifests: Array.from({ length: count }, (_, i) =>
          manifestOf(pod, `p${turn}-${i}`, names[turn % Math.max(1, names.length)]),
        ),
      },
    ],
  ]);

/** A pod that is changed or deleted soon after it was made, perhaps while the scheduler looks at it. */
const fleeting: fc.Arbitrary<(turn: number, names: readonly string[]) => readonly Command[]> = fc
  .record({
    pod: anyPod,
    after: fc.oneof(
      fc.nat({ max: 250 }),
      fc.nat({ max: 10 }).map((seconds) => seconds * 1000),
    ),
    fate: fc.constantFrom("annotate", "annotate", "delete-pod", "label"),
  })
  .map(({ pod, after, fate }) => (turn, names) => {
    const name = `p${turn}-0`;
    const target = { pod: name };
    const params =
      fate === "annotate" ? { annotations: { note: "seen" } } : fate === "label" ? { labels: { seen: "yes" } } : {};
    return [
      [0, "create", { manifests: [manifestOf(pod, name, names[turn % Math.max(1, names.length)])] }],
      [after, fate, { ...target, ...params }],
    ];
  });

/** Pods of one kind that are made while a node is cordoned, and the node's return while the scheduler tries them. */
const reopening: fc.Arbitrary<(turn: number, names: readonly string[]) => readonly Command[]> = fc
  .record({ pod: anyPod, count: fc.integer({ min: 3, max: 5 }), node: index, after: fc.nat({ max: 700 }) })
  .map(({ pod, count, node, after }) => (turn, names) => {
    const schedulerName = names[turn % Math.max(1, names.length)];
    const manifests = Array.from({ length: count }, (_, i) => manifestOf(pod, `p${turn}-${i}`, schedulerName));
    return [
      [0, "cordon", { node }],
      [1000, "create", { manifests }],
      [1000 + after, "uncordon", { node }],
    ];
  });

function one(step: string, params: fc.Arbitrary<Params>): fc.Arbitrary<() => readonly Command[]> {
  return params.map((drawn) => () => [[0, step, drawn]]);
}

function undone(
  step: string,
  params: fc.Arbitrary<Params>,
  undo: string,
  undoing: (params: Params) => Params,
): fc.Arbitrary<() => readonly Command[]> {
  return fc.tuple(params, fc.integer({ min: 1, max: 60 })).map(([drawn, seconds]) => () => [
    [0, step, drawn],
    [seconds * 1000, undo, undoing(drawn)],
  ]);
}

const action = fc.oneof(
  { weight: 10, arbitrary: pods },
  { weight: 4, arbitrary: fleeting },
  { weight: 3, arbitrary: reopening },
  { weight: 2, arbitrary: one("delete-pod", fc.record({ pod: index })) },
  { weight: 1, arbitrary: one("delete-pod", fc.record({ pod: index, force: fc.constant(true) })) },
  { weight: 1, arbitrary: one("annotate", fc.record({ pod: index, annotations: fc.constant({ note: "seen" }) })) },
  {
    weight: 1,
    arbitrary: one("label", fc.record({ pod: index, labels: fc.constantFrom({ app: "a" }, { app: "b" }) })),
  },
  {
    weight: 1,
    arbitrary: one(
      "patch",
      index.map((pod) => ({ pod, type: "merge", patch: { spec: { schedulingGates: [] } } })),
    ),
  },
  { weight: 1, arbitrary: undone("cordon", fc.record({ node: index }), "uncordon", (params) => params) },
  {
    weight: 2,
    arbitrary: one("replace-node", fc.record({ node: index, cpu: fc.constantFrom("300m", "500m", "1") })),
  },
  {
    weight: 1,
    arbitrary: undone(
      "taint",
      fc
        .record({ node: index, effect: fc.constantFrom("NoSchedule", "NoExecute", "PreferNoSchedule") })
        .map((drawn) => ({ ...drawn, key: "maintenance" })),
      "taint",
      (params) => ({ ...params, remove: true }),
    ),
  },
);

/** One thing that such a user does, at a turn that tells its pods from those of others; times count from 0. */
export const competingAction: fc.Arbitrary<(turn: number, schedulerNames: readonly string[]) => Commands> = action.map(
  (draw) => (turn, names) => draw(turn, names).map(([at, step, params]) => ({ at, step, params })),
);

/** Priority classes, perhaps a budget, and then up to `most` things that a user does: mostly pods that compete for nodes. */
export function competingPods(most: number, schedulerNames: readonly string[]): fc.Arbitrary<readonly Step[]> {
  return fc
    .tuple(budget, fc.array(fc.tuple(moment, competingAction), { minLength: Math.min(1, most), maxLength: most * 2 }))
    .map(([budgets, drawn]) => [
      { at: 0, step: "apply", params: { manifests: [...CLASSES, ...budgets] } },
      ...drawn.flatMap(([at, commands], turn) => placed(at + 1000, commands(turn, schedulerNames))),
    ]);
}

function manifestOf(pod: CompetingPod, name: string, schedulerName: string | undefined): Manifest {
  const { priority, app, graceSeconds } = pod;
  const container = { name: "c", image: "app:v1", resources: { requests: { cpu: pod.cpu } } };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", labels: { app } },
    spec: {
      ...(priority !== "none" && { priorityClassName: priority }),
      ...(schedulerName !== undefined && { schedulerName }),
      terminationGracePeriodSeconds: graceSeconds,
      containers: [
        { ...container, ...(pod.wish === "host-port" && { ports: [{ containerPort: 80, hostPort: 8080 }] }) },
      ],
      ...wished(pod.wish, { matchLabels: { app } }),
    },
  };
}

function wished(wish: Wish, labelSelector: object): object {
  const constraint = (topologyKey: string): object => ({
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey, whenUnsatisfiable: "DoNotSchedule", labelSelector }],
  });
  const required = (topologyKey: string): object => ({
    requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector }],
  });
  const elsewhere = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: HOST, operator: "NotIn", values: ["node-1"] }] }],
      },
    },
  };
  switch (wish) {
    case "none":
    case "host-port":
      return {};
    case "apart":
      return { affinity: { podAntiAffinity: required(HOST) } };
    case "apart-zone":
      return { affinity: { podAntiAffinity: required(ZONE) } };
    case "together":
      return { affinity: { podAffinity: required(ZONE) } };
    case "spread-host":
      return constraint(HOST);
    case "spread-zone":
      return constraint(ZONE);
    case "elsewhere":
      return { affinity: elsewhere };
    case "spread-elsewhere":
      return { affinity: elsewhere, ...constraint(ZONE) };
    case "tolerant":
      return { tolerations: [{ key: "maintenance", operator: "Exists" }] };
    case "gated":
      return { schedulingGates: [{ name: "shakedown.example/wait" }] };
    case "sidecar":
      return {
        initContainers: [
          { name: "s", image: "app:v1", restartPolicy: "Always", resources: { requests: { cpu: "300m" } } },
        ],
      };
  }
}

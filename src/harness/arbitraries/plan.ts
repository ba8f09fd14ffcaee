import fc from "fast-check";
import type { Manifest } from "../../api/object.ts";
import type { Millis } from "../../base/units.ts";
import type { Topology } from "../faults/fault.ts";
import { faultNames } from "../faults/index.ts";
import type { ClusterPlan, Expect, ImageRule, Plan, Schedule, Step } from "../plan/plan.ts";
import { checkSchedulerConfig } from "../plan/scheduler-config.ts";
import type { NodeRange } from "./cluster.ts";
import { API_SERVERS_MAX, clusterArbitrary, scarce } from "./cluster.ts";
import { competingPods } from "./competing-pods.ts";
import { disturbances } from "./disturbances.ts";
import { swarm } from "./fault-steps.ts";
import { competingImages, imagesArbitrary } from "./images.ts";
import { userSteps } from "./user-steps.ts";
import { appsArbitrary, manifestsOf } from "./workload.ts";

/** What generated users do. */
export type Workload = "applications" | "scheduling";

/** What generated plans are made of. */
export interface PlanOptions {
  /** The user's own objects; absent: generated applications. */
  readonly manifests?: readonly Manifest[];
  /** The cluster; absent: drawn, with `nodes` nodes. */
  readonly cluster?: ClusterPlan;
  /** A number, or a range; default 1 to 6, and 3 to 6 for manifests. */
  readonly nodes?: number | { readonly min: number; readonly max: number };
  /** Most things that a user does besides the first apply; default 6. Histories of a family do up to four more once they part. */
  readonly steps?: number;
  /** Kinds of fault to choose from; default all. */
  readonly faults?: readonly string[] | "none" | "all";
  readonly images?: readonly ImageRule[];
  readonly expect?: readonly Expect[];
  readonly mutants?: readonly string[];
  /** What generated users do: roll out applications, or make pods that compete for nodes; default: both in turn. */
  readonly workload?: Workload;
  /** Modules with scheduler plugins that the cluster's configuration enables. */
  readonly plugins?: readonly string[];
}

/** Time for generated applications to come up a little, and for manifests to come up wholly, before the trouble starts. */
const GENERATED_FROM: Millis = 2000;
export const MANIFESTS_FROM: Millis = 120_000;
const SPAN: Millis = 90_000;
const MOST_FAULTS = 6;

export const schedule: fc.Arbitrary<Schedule> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Schedule>({ policy: "fifo" }) },
  { weight: 3, arbitrary: fc.nat({ max: 0xffff }).map((seed): Schedule => ({ policy: "random", seed })) },
  {
    weight: 1,
    arbitrary: fc
      .record({ seed: fc.nat({ max: 0xffff }), depth: fc.integer({ min: 1, max: 5 }) })
      .map((pct): Schedule => ({ policy: "pct", ...pct })),
  },
);

const expectations: readonly Expect[] = [{ invariant: "all" }, { converges: { within: 600_000 } }];

interface Drawn {
  readonly seed: number;
  readonly cluster: ClusterPlan;
  readonly images: readonly ImageRule[];
  readonly schedule: Schedule;
  readonly steps: readonly Step[];
}

/** Plans; they shrink towards fewer steps and milder parameters. */
export function planArbitrary(options: PlanOptions = {}): fc.Arbitrary<Plan> {
  const nodes = nodesOf(options);
  const topology = topologyOf(options, nodes);
  const faults = faultsOf(options);
  return fc
    .record<Drawn>({
      seed: fc.nat(),
      cluster: clusterOf(options, nodes),
      images:
        options.images !== undefined
          ? fc.constant(options.images)
          : options.manifests === undefined
            ? options.workload === "scheduling"
              ? competingImages
              : imagesArbitrary
            : fc.constant([]),
      schedule,
      steps:
        options.manifests === undefined
          ? options.workload === "scheduling"
            ? competition(options, faults, topology)
            : generatedSteps(options, faults, topology)
          : manifestSteps(options.manifests, options, faults, topology),
    })
    .map((drawn) => planOf(drawn, options));
}

/** The given cluster, or any; for pods that compete, small nodes and attempts that take time. */
function clusterOf({ cluster, workload, manifests }: PlanOptions, nodes: NodeRange): fc.Arbitrary<ClusterPlan> {
  const competing = workload === "scheduling" && manifests === undefined;
  if (cluster !== undefined) return competing ? scarce(fc.constant(cluster)) : fc.constant(cluster);
  return competing ? scarce(clusterArbitrary(nodes)) : clusterArbitrary(nodes);
}

function nodesOf({ nodes, manifests }: PlanOptions): NodeRange {
  if (typeof nodes === "number") return { min: nodes, max: nodes };
  return nodes ?? (manifests === undefined ? { min: 1, max: 6 } : { min: 3, max: 6 });
}

/** Kinds of fault to choose from. */
export function faultsOf({ faults = "all" }: PlanOptions): readonly string[] {
  return faults === "all" ? faultNames() : faults === "none" ? [] : faults;
}

/** What is known of the largest cluster that the options allow. */
export function topologyOf(options: PlanOptions, nodes: NodeRange = nodesOf(options)): Topology {
  const apiServers = options.cluster?.controlPlane.apiServers ?? API_SERVERS_MAX;
  return { nodes: nodes.max, zones: zonesOf(options, nodes.max), apiServers };
}

function zonesOf(options: PlanOptions, nodes: number): number {
  if (options.cluster === undefined) return Math.min(3, nodes);
  return options.cluster.nodes.reduce((most, group) => Math.max(most, Math.min(group.zones, group.count)), 0);
}

function generatedSteps(
  options: PlanOptions,
  faults: readonly string[],
  topology: Topology,
): fc.Arbitrary<readonly Step[]> {
  const names = schedulerNames(options.cluster);
  return fc
    .tuple(
      appsArbitrary,
      userSteps(options.steps ?? 6, GENERATED_FROM, SPAN),
      swarm(faults, topology, MOST_FAULTS, 0, SPAN),
    )
    .map(([apps, user, harm]) => [
      applied(apps.flatMap((app, i) => manifestsOf(app, names[i % names.length]))),
      ...inOrder([...user, ...harm]),
    ]);
}

function competition(
  options: PlanOptions,
  faults: readonly string[],
  topology: Topology,
): fc.Arbitrary<readonly Step[]> {
  const names = schedulerNames(options.cluster);
  return fc
    .tuple(competingPods(options.steps ?? 6, names), swarm(faults, topology, MOST_FAULTS, 0, SPAN))
    .map(([[first, ...rest], harm]) => [...(first === undefined ? [] : [first]), ...inOrder([...rest, ...harm])]);
}

/** The schedulerNames that a configured cluster serves; none when it is left at the default. */
export function schedulerNames(cluster: ClusterPlan | undefined): readonly string[] {
  return (cluster?.schedulers ?? []).flatMap(({ config }) =>
    config === undefined ? [] : checkSchedulerConfig(config, "the cluster's scheduler"),
  );
}

function manifestSteps(
  manifests: readonly Manifest[],
  options: PlanOptions,
  faults: readonly string[],
  topology: Topology,
): fc.Arbitrary<readonly Step[]> {
  return disturbances(faults, topology, MANIFESTS_FROM, SPAN, options.steps ?? 6).map((steps) => [
    applied(manifests),
    ...inOrder(steps),
  ]);
}

function applied(manifests: readonly Manifest[]): Step {
  return { at: 0, step: "apply", params: { manifests } };
}

/** By time; equal times keep their order. */
export function inOrder(steps: readonly Step[]): Step[] {
  return steps.toSorted((a, b) => a.at - b.at);
}

function planOf(drawn: Drawn, options: PlanOptions): Plan {
  return {
    apiVersion: "shakedown/v1",
    kind: "Plan",
    metadata: { name: "generated" },
    spec: {
      ...drawn,
      mode: "quiet",
      expect: options.expect ?? expectations,
      mutants: options.mutants ?? [],
      ...(options.plugins !== undefined && { plugins: options.plugins }),
    },
  };
}

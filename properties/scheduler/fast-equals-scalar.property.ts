import fc from "fast-check";
import { expect, test } from "vitest";
import type { Pod } from "../../src/api/types/core-v1.ts";
import { cast } from "../../src/base/units.ts";
import { createAlgorithm } from "../../src/scheduler/algorithm.ts";
import { arbitraryChange, arbitraryRelatedNode, arbitraryRelatedPod, World } from "./related-worlds.ts";
import { arbitraryNode, arbitraryPodSpec } from "./worlds.ts";

const NODES = 14;
const named = fc.nat(NODES - 1).map((i) => `n${i}`);
const clusterOf = (node: typeof arbitraryNode) => fc.tuple(...Array.from({ length: NODES }, (_, i) => node(`n${i}`)));

/** Pods of a run are copies of few kinds, so that what is remembered of one serves the next. */
function stepsOf(
  pod: typeof arbitraryRelatedPod,
  node: typeof arbitraryNode,
): fc.Arbitrary<{ readonly kinds: readonly Kind[]; readonly steps: readonly Step[] }> {
  const step = fc.oneof(
    { weight: 12, arbitrary: fc.record({ do: fc.constant("schedule" as const), kind: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("forget" as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("resize" as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("report" as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("end" as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("relabel" as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("nominate" as const), kind: fc.nat(), name: named }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("promise" as const), kind: fc.nat(), name: named }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("withdraw" as const), which: fc.nat() }) },
    {
      weight: 2,
      arbitrary: named.chain((name) => fc.record({ do: fc.constant("update" as const), node: node(name) })),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), name: named }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("change" as const), change: arbitraryChange }) },
  );
  return fc.record({
    kinds: fc.array(pod, { minLength: 1, maxLength: 4 }),
    steps: fc.array(step, { minLength: 20, maxLength: 50 }),
  });
}

type Kind = typeof arbitraryRelatedPod extends fc.Arbitrary<infer T> ? T : never;
type Step =
  | { readonly do: "schedule"; readonly kind: number }
  | { readonly do: "forget" | "delete" | "resize" | "report" | "end" | "relabel" | "withdraw"; readonly which: number }
  | { readonly do: "nominate" | "promise"; readonly kind: number; readonly name: string }
  | { readonly do: "update"; readonly node: Parameters<ReturnType<typeof createAlgorithm>["addNode"]>[0] }
  | { readonly do: "remove"; readonly name: string }
  | { readonly do: "change"; readonly change: typeof arbitraryChange extends fc.Arbitrary<infer T> ? T : never };

/** Arguments and plugin sets that change who scores and what it says. */
const CONFIGS: readonly object[] = [
  {},
  profile({ pluginConfig: [{ name: "PodTopologySpread", args: { defaultingType: "List", defaultConstraints: [] } }] }),
  profile({
    pluginConfig: [
      {
        name: "PodTopologySpread",
        args: {
          defaultingType: "List",
          defaultConstraints: [
            { maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "DoNotSchedule" },
            { maxSkew: 2, topologyKey: "disk", whenUnsatisfiable: "ScheduleAnyway" },
          ],
        },
      },
      { name: "InterPodAffinity", args: { hardPodAffinityWeight: 20, ignorePreferredTermsOfExistingPods: true } },
    ],
  }),
  profile({
    pluginConfig: [{ name: "NodeResourcesFit", args: { scoringStrategy: { type: "MostAllocated" } } }],
    plugins: { score: { disabled: [{ name: "NodeResourcesBalancedAllocation" }, { name: "InterPodAffinity" }] } },
  }),
  profile({
    plugins: {
      filter: { disabled: [{ name: "PodTopologySpread" }, { name: "InterPodAffinity" }] },
      score: { disabled: [{ name: "ImageLocality" }], enabled: [{ name: "NodeResourcesFit", weight: 100 }] },
    },
  }),
  profile({
    percentageOfNodesToScore: 60,
    pluginConfig: [
      {
        name: "NodeResourcesFit",
        args: {
          ignoredResources: ["example.com/gpu"],
          scoringStrategy: {
            type: "RequestedToCapacityRatio",
            resources: [
              { name: "cpu", weight: 3 },
              { name: "memory", weight: 1 },
            ],
            requestedToCapacityRatio: {
              shape: [
                { utilization: 0, score: 0 },
                { utilization: 70, score: 10 },
                { utilization: 100, score: 2 },
              ],
            },
          },
        },
      },
      { name: "NodeResourcesBalancedAllocation", args: { resources: [{ name: "cpu", weight: 1 }] } },
      {
        name: "NodeAffinity",
        args: {
          addedAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: "disk", operator: "Exists" }] }],
            },
            preferredDuringSchedulingIgnoredDuringExecution: [
              { weight: 9, preference: { matchExpressions: [{ key: "disk", operator: "In", values: ["hdd"] }] } },
            ],
          },
        },
      },
    ],
    plugins: {
      score: {
        enabled: [
          { name: "TaintToleration", weight: 40 },
          { name: "ImageLocality", weight: 7 },
        ],
      },
    },
  }),
  profile({ plugins: { score: { disabled: [{ name: "*" }] }, preScore: { disabled: [{ name: "*" }] } } }),
];

function profile(rest: object): object {
  return {
    apiVersion: "kubescheduler.config.k8s.io/v1",
    kind: "KubeSchedulerConfiguration",
    profiles: [{ schedulerName: "default-scheduler", ...rest }],
  };
}

function podFrom({ metadata, spec }: Kind, name: string, more: object = {}): Pod {
  return cast<Pod>({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...structuredClone(metadata), name, uid: `uid-${name}`, resourceVersion: "1" },
    spec: { schedulerName: "default-scheduler", ...structuredClone(spec) },
    ...more,
  });
}

/** Plays the steps with both paths side by side, and counts how the fast one decided. */
class SideBySide {
  readonly #world = new World();
  readonly #both: readonly ReturnType<typeof createAlgorithm>[];
  readonly #placed: Pod[] = [];
  readonly #promised: Pod[] = [];
  #serial = 0;

  constructor(config: object, percentageOfNodesToScore: number) {
    const options = { config, percentageOfNodesToScore, objects: this.#world.view };
    this.#both = [createAlgorithm({ ...options, fast: true }), createAlgorithm({ ...options, fast: false })];
  }

  get fast() {
    return this.#both[0] as ReturnType<typeof createAlgorithm>;
  }

  each(act: (algorithm: ReturnType<typeof createAlgorithm>) => void): void {
    for (const algorithm of this.#both) act(algorithm);
  }

  play(step: Step, kinds: readonly Kind[]): void {
    const kind = "kind" in step ? kinds[step.kind % kinds.length] : undefined;
    switch (step.do) {
      case "schedule":
        return this.#schedule(podFrom(kind as Kind, this.#name()));
      case "nominate": {
        const pod = podFrom(kind as Kind, this.#name(), { status: { nominatedNodeName: step.name } });
        this.each((algorithm) => algorithm.addPod(pod));
        this.#schedule(pod);
        return this.each((algorithm) => algorithm.removePod(pod));
      }
      case "promise": {
        const pod = podFrom(kind as Kind, this.#name(), { status: { nominatedNodeName: step.name } });
        this.#promised.push(pod);
        return this.each((algorithm) => algorithm.addPod(pod));
      }
      case "withdraw": {
        const [pod] = this.#promised.splice(step.which % Math.max(this.#promised.length, 1), 1);
        return pod === undefined ? undefined : this.each((algorithm) => algorithm.removePod(pod));
      }
      case "update":
        return this.each((algorithm) => algorithm.updateNode(step.node));
      case "remove":
        return this.each((algorithm) => algorithm.removeNode(step.name));
      case "change":
        return this.#world.set(step.change);
      case "forget":
      case "delete": {
        const [pod] = this.#placed.splice(step.which % Math.max(this.#placed.length, 1), 1);
        if (pod === undefined) return;
        return this.each((algorithm) => (step.do === "forget" ? algorithm.forget(pod) : algorithm.removePod(pod)));
      }
      case "resize":
        return this.#edit(step.which, (pod) => ({
          ...pod,
          status: {
            containerStatuses: [
              cast({ name: "c", allocatedResources: { cpu: "500m" }, resources: { requests: { cpu: "500m" } } }),
            ],
          },
        }));
      case "report":
        return this.#edit(step.which, (pod) => ({ ...pod, status: { phase: "Running" } }));
      case "end":
        return this.#edit(step.which, (pod) => ({
          ...pod,
          metadata: { ...pod.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" },
        }));
      case "relabel":
        return this.#edit(step.which, (pod) => ({ ...pod, metadata: { ...pod.metadata, labels: { app: "db" } } }));
    }
  }

  #name(): string {
    this.#serial += 1;
    return `p${this.#serial}`;
  }

  #schedule(pod: Pod): void {
    const [decided, expected] = this.#both.map((algorithm) => algorithm.schedule(pod));
    expect(decided).toEqual(expected);
    const node = decided?.node;
    if (node === undefined) return;
    this.each((algorithm) => algorithm.assume(pod, node));
    this.#placed.push({ ...pod, spec: { ...pod.spec, nodeName: node } });
  }

  #edit(which: number, change: (pod: Pod) => Pod): void {
    const at = which % Math.max(this.#placed.length, 1);
    const pod = this.#placed[at];
    if (pod === undefined) return;
    const changed = change(pod);
    this.#placed[at] = changed;
    this.each((algorithm) => algorithm.addPod(changed));
  }
}

const plain = arbitraryPodSpec.map((spec) => ({ metadata: { namespace: "blue" }, spec }));

test.each([
  ["pods that look at one node only", plain, arbitraryNode, ["best", "scanned", "failed"]],
  ["pods that look at other pods", arbitraryRelatedPod, arbitraryRelatedNode, ["related", "failed"]],
] as const)("%s > columns decide as the scalar path does, in every way that they have", (_, pod, node, ways) => {
  const taken = { best: 0, scanned: 0, related: 0, failed: 0 };
  const refused = new Set<string>();
  let scalar = 0;
  fc.assert(
    fc.property(
      clusterOf(node),
      stepsOf(pod, node),
      fc.constantFrom(0, 30, 100),
      fc.constantFrom(...CONFIGS),
      (cluster, { kinds, steps }, percentage, config) => {
        const run = new SideBySide(config, percentage);
        for (const one of cluster) run.each((algorithm) => algorithm.addNode(one));
        for (const step of steps) run.play(step, kinds);
        const { paths, scalarDecisions } = run.fast;
        for (const way of ["best", "scanned", "related", "failed"] as const) taken[way] += paths?.[way] ?? 0;
        for (const reason of paths?.refused.keys() ?? []) refused.add(reason);
        scalar += scalarDecisions;
      },
    ),
    { numRuns: 300 },
  );
  for (const way of ways) expect(taken[way], way).toBeGreaterThan(300);
  expect(scalar).toBeLessThan(2 * (taken.best + taken.scanned + taken.related + taken.failed));
  expect([...refused].sort()).toEqual(expect.arrayContaining(["nominated pods"]));
});

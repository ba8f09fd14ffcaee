import type { NodeAffinity, TopologySpreadConstraint } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";

/** A resource and its weight in a scoring strategy. */
export interface ResourceSpec {
  readonly name: string;
  readonly weight: number;
}

/** Arguments of all plugins of a profile, defaults filled in. */
export interface PluginArgs {
  readonly NodeAffinity: { readonly addedAffinity?: NodeAffinity };
  readonly NodeResourcesFit: {
    readonly ignoredResources: readonly string[];
    readonly ignoredResourceGroups: readonly string[];
    readonly scoringStrategy: ScoringStrategy;
  };
  readonly NodeResourcesBalancedAllocation: { readonly resources: readonly ResourceSpec[] };
  readonly PodTopologySpread: {
    readonly defaultingType: "System" | "List";
    readonly defaultConstraints: readonly TopologySpreadConstraint[];
  };
  readonly InterPodAffinity: {
    readonly hardPodAffinityWeight: number;
    readonly ignorePreferredTermsOfExistingPods: boolean;
  };
  readonly DefaultPreemption: {
    readonly minCandidateNodesPercentage: number;
    readonly minCandidateNodesAbsolute: number;
  };
}

/** How NodeResourcesFit scores. */
export interface ScoringStrategy {
  readonly type: "LeastAllocated" | "MostAllocated" | "RequestedToCapacityRatio";
  readonly resources: readonly ResourceSpec[];
  /** Points of the broken line, score 0..10. */
  readonly shape: readonly { readonly utilization: number; readonly score: number }[];
}

/** One entry of pluginConfig. */
export interface PluginConfig {
  readonly name: string;
  readonly args?: { readonly [field: string]: unknown };
}

const CPU_AND_MEMORY: readonly ResourceSpec[] = [
  { name: "cpu", weight: 1 },
  { name: "memory", weight: 1 },
];

/** Fills the defaults of kubescheduler.config.k8s.io/v1 around the given arguments. */
export function pluginArgs(config: readonly PluginConfig[] = []): PluginArgs {
  const of = (name: string): { readonly [field: string]: unknown } =>
    config.find((entry) => entry.name === name)?.args ?? {};
  const fit = of("NodeResourcesFit");
  const strategy = cast<Partial<ScoringStrategy> & { requestedToCapacityRatio?: { shape?: ScoringStrategy["shape"] } }>(
    fit["scoringStrategy"] ?? {},
  );
  const spread = of("PodTopologySpread");
  const affinity = of("InterPodAffinity");
  const preemption = of("DefaultPreemption");
  const addedAffinity = cast<NodeAffinity | undefined>(of("NodeAffinity")["addedAffinity"]);
  return {
    NodeAffinity: addedAffinity === undefined ? {} : { addedAffinity },
    NodeResourcesFit: {
      ignoredResources: cast<readonly string[]>(fit["ignoredResources"] ?? []),
      ignoredResourceGroups: cast<readonly string[]>(fit["ignoredResourceGroups"] ?? []),
      scoringStrategy: {
        type: strategy.type ?? "LeastAllocated",
        resources: weighted(strategy.resources),
        shape: strategy.requestedToCapacityRatio?.shape ?? [],
      },
    },
    NodeResourcesBalancedAllocation: {
      resources: weighted(cast(of("NodeResourcesBalancedAllocation")["resources"])),
    },
    PodTopologySpread: {
      defaultingType: spread["defaultingType"] === "List" ? "List" : "System",
      defaultConstraints: cast<readonly TopologySpreadConstraint[]>(spread["defaultConstraints"] ?? []),
    },
    InterPodAffinity: {
      hardPodAffinityWeight: cast<number>(affinity["hardPodAffinityWeight"] ?? 1),
      ignorePreferredTermsOfExistingPods: affinity["ignorePreferredTermsOfExistingPods"] === true,
    },
    DefaultPreemption: {
      minCandidateNodesPercentage: cast<number>(preemption["minCandidateNodesPercentage"] ?? 10),
      minCandidateNodesAbsolute: cast<number>(preemption["minCandidateNodesAbsolute"] ?? 100),
    },
  };
}

function weighted(resources: readonly Partial<ResourceSpec>[] | undefined): readonly ResourceSpec[] {
  if (resources === undefined || resources.length === 0) return CPU_AND_MEMORY;
  return resources.map(({ name = "", weight = 0 }) => ({ name, weight: weight === 0 ? 1 : weight }));
}

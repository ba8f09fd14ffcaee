/** A type of kubescheduler.config.k8s.io/v1 as its decoder sees it, with Go's name for messages. */
export type ConfigType =
  | { readonly kind: "string" | "bool" | "duration" | "any"; readonly go: string }
  | { readonly kind: "int"; readonly go: string; readonly bits: 32 | 64 }
  | { readonly kind: "float"; readonly go: string }
  | { readonly kind: "list"; readonly go: string; readonly of: ConfigType }
  | { readonly kind: "map"; readonly go: string; readonly of: ConfigType }
  | { readonly kind: "struct"; readonly go: string; readonly fields: ConfigFields };

/** The fields of a struct by their names in JSON. */
export type ConfigFields = { readonly [field: string]: ConfigType };

const text: ConfigType = { kind: "string", go: "string" };
const flag: ConfigType = { kind: "bool", go: "bool" };
const int32: ConfigType = { kind: "int", go: "int32", bits: 32 };
const int64: ConfigType = { kind: "int", go: "int64", bits: 64 };
const float32: ConfigType = { kind: "float", go: "float32" };
const duration: ConfigType = { kind: "duration", go: "string" };
const raw: ConfigType = { kind: "any", go: "runtime.RawExtension" };

function struct(go: string, fields: ConfigFields): ConfigType {
  return { kind: "struct", go, fields };
}

function listOf(of: ConfigType): ConfigType {
  return { kind: "list", go: `[]${of.go}`, of };
}

function typed(go: string, fields: ConfigFields): ConfigType {
  return struct(go, { apiVersion: text, kind: text, ...fields });
}

const plugin = struct("v1.Plugin", { name: text, weight: int32 });
const pluginSet = struct("v1.PluginSet", { enabled: listOf(plugin), disabled: listOf(plugin) });

const plugins = struct("v1.Plugins", {
  preEnqueue: pluginSet,
  queueSort: pluginSet,
  preFilter: pluginSet,
  filter: pluginSet,
  postFilter: pluginSet,
  preScore: pluginSet,
  score: pluginSet,
  reserve: pluginSet,
  permit: pluginSet,
  preBind: pluginSet,
  bind: pluginSet,
  postBind: pluginSet,
  multiPoint: pluginSet,
  placementGenerate: pluginSet,
  placementScore: pluginSet,
});

const profile = struct("v1.KubeSchedulerProfile", {
  schedulerName: text,
  percentageOfNodesToScore: int32,
  plugins,
  pluginConfig: listOf(struct("v1.PluginConfig", { name: text, args: raw })),
});

const extender = struct("v1.Extender", {
  urlPrefix: text,
  filterVerb: text,
  preemptVerb: text,
  prioritizeVerb: text,
  weight: int64,
  bindVerb: text,
  enableHTTPS: flag,
  tlsConfig: struct("v1.ExtenderTLSConfig", {
    insecure: flag,
    serverName: text,
    certFile: text,
    keyFile: text,
    caFile: text,
    certData: text,
    keyData: text,
    caData: text,
  }),
  httpTimeout: duration,
  nodeCacheCapable: flag,
  managedResources: listOf(struct("v1.ExtenderManagedResource", { name: text, ignoredByScheduler: flag })),
  ignorable: flag,
});

/** A KubeSchedulerConfiguration (staging/src/k8s.io/kube-scheduler/config/v1/types.go). */
export const configurationType: ConfigType = typed("v1.KubeSchedulerConfiguration", {
  parallelism: int32,
  leaderElection: struct("v1alpha1.LeaderElectionConfiguration", {
    leaderElect: flag,
    leaseDuration: duration,
    renewDeadline: duration,
    retryPeriod: duration,
    resourceLock: text,
    resourceName: text,
    resourceNamespace: text,
  }),
  clientConnection: struct("v1alpha1.ClientConnectionConfiguration", {
    kubeconfig: text,
    acceptContentTypes: text,
    contentType: text,
    qps: float32,
    burst: int32,
  }),
  enableProfiling: flag,
  enableContentionProfiling: flag,
  percentageOfNodesToScore: int32,
  podInitialBackoffSeconds: int64,
  podMaxBackoffSeconds: int64,
  profiles: listOf(profile),
  extenders: listOf(extender),
  delayCacheUntilActive: flag,
});

const requirement = struct("v1.NodeSelectorRequirement", { key: text, operator: text, values: listOf(text) });
const term = struct("v1.NodeSelectorTerm", { matchExpressions: listOf(requirement), matchFields: listOf(requirement) });
const nodeAffinity = struct("v1.NodeAffinity", {
  requiredDuringSchedulingIgnoredDuringExecution: struct("v1.NodeSelector", { nodeSelectorTerms: listOf(term) }),
  preferredDuringSchedulingIgnoredDuringExecution: listOf(
    struct("v1.PreferredSchedulingTerm", { weight: int32, preference: term }),
  ),
});
const constraint = struct("v1.TopologySpreadConstraint", {
  maxSkew: int32,
  topologyKey: text,
  whenUnsatisfiable: text,
  labelSelector: struct("v1.LabelSelector", {
    matchLabels: { kind: "map", go: "map[string]string", of: text },
    matchExpressions: listOf(
      struct("v1.LabelSelectorRequirement", { key: text, operator: text, values: listOf(text) }),
    ),
  }),
  minDomains: int32,
  nodeAffinityPolicy: text,
  nodeTaintsPolicy: text,
  matchLabelKeys: listOf(text),
});
const shape = listOf(struct("v1.UtilizationShapePoint", { utilization: int32, score: int32 }));
const resources = listOf(struct("v1.ResourceSpec", { name: text, weight: int64 }));

/** The arguments of in-tree plugins, by plugin; those of others are not looked at. */
export const argumentTypes: ConfigFields = {
  DefaultPreemption: typed("v1.DefaultPreemptionArgs", {
    minCandidateNodesPercentage: int32,
    minCandidateNodesAbsolute: int32,
  }),
  DynamicResources: typed("v1.DynamicResourcesArgs", { filterTimeout: duration, bindingTimeout: duration }),
  InterPodAffinity: typed("v1.InterPodAffinityArgs", {
    hardPodAffinityWeight: int32,
    ignorePreferredTermsOfExistingPods: flag,
  }),
  NodeAffinity: typed("v1.NodeAffinityArgs", { addedAffinity: nodeAffinity }),
  NodeResourcesBalancedAllocation: typed("v1.NodeResourcesBalancedAllocationArgs", { resources }),
  NodeResourcesFit: typed("v1.NodeResourcesFitArgs", {
    ignoredResources: listOf(text),
    ignoredResourceGroups: listOf(text),
    scoringStrategy: struct("v1.ScoringStrategy", {
      type: text,
      resources,
      requestedToCapacityRatio: struct("v1.RequestedToCapacityRatioParam", { shape }),
    }),
  }),
  PodTopologySpread: typed("v1.PodTopologySpreadArgs", {
    defaultConstraints: listOf(constraint),
    defaultingType: text,
  }),
  VolumeBinding: typed("v1.VolumeBindingArgs", { bindTimeoutSeconds: int64, shape }),
};

import type { Manifest } from "../../api/object.ts";
import type { Mutant, MutantCampaign } from "./mutant.ts";

const calm: MutantCampaign = { faults: "none", nodes: 4, steps: 6 };

/** Pods that compete for small nodes. */
const competing: MutantCampaign = { ...calm, workload: "scheduling" };

/** A pod that ends by itself. */
const task: Manifest = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "task", namespace: "default" },
  spec: { restartPolicy: "Never", containers: [{ name: "task", image: "task:v1" }] },
};

/** A pod whose name is used again by the one that follows it. */
const oneByName: Manifest = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db", namespace: "default" },
  spec: {
    serviceName: "db",
    replicas: 1,
    selector: { matchLabels: { app: "db" } },
    template: { metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "db", image: "db:v1" }] } },
  },
};

/** Two objects in two namespaces, so that neither can own the other. */
const ownedFromAfar: readonly Manifest[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } },
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "parent", namespace: "default" } },
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "child", namespace: "team" } },
];

/** A namespace in which nothing may reach the pods. */
const guarded: readonly Manifest[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "guarded" } },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "deny", namespace: "guarded" },
    spec: { podSelector: {}, policyTypes: ["Ingress"] },
  },
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "guarded" },
    spec: { containers: [{ name: "web", image: "app:v1" }] },
  },
];

/** Two pods behind a Service with session affinity; what the users roll out never becomes ready. */
const sticky: Pick<MutantCampaign, "manifests" | "images"> = {
  manifests: [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace: "default" },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: "web" } },
        template: {
          metadata: { labels: { app: "web" } },
          spec: {
            containers: [{ name: "web", image: "web:v1", readinessProbe: { httpGet: { path: "/", port: 8080 } } }],
          },
        },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace: "default" },
      spec: { selector: { app: "web" }, sessionAffinity: "ClientIP", ports: [{ port: 80, targetPort: 8080 }] },
    },
  ],
  images: [{ image: "shakedown.example/next:*", readyAfterMs: "never" }],
};

/** Two Services that are made one right after the other. */
const twoServices: readonly Manifest[] = ["one", "two"].map((name) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "default" },
  spec: { ports: [{ port: 80 }] },
}));

/** Pods that spread over zones but avoid node-1, where others of their group are. */
const spreadBesidePinned: readonly Manifest[] = [
  grouped("pinned", 1, { nodeSelector: { "kubernetes.io/hostname": "node-1" } }),
  grouped("spread", 3, {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "NotIn", values: ["node-1"] }] },
          ],
        },
      },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "topology.kubernetes.io/zone",
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: { matchLabels: { group: "a" } },
      },
    ],
  }),
];

function grouped(app: string, replicas: number, spec: object): Manifest {
  const template = {
    metadata: { labels: { app, group: "a" } },
    spec: { ...spec, containers: [{ name: app, image: "app:v1" }] },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: app, namespace: "default" },
    spec: { replicas, selector: { matchLabels: { app } }, template },
  };
}

/** Planted bugs that have a switch and an invariant that finds them, one line each. */
export const allMutants: readonly Mutant[] = [
  {
    id: "API-01",
    component: "apiserver",
    bug: "A client's first list may be of any version, as before v1.35: a restarted kubelet starts a pod that is long gone.",
    invariant: "removed-pods-do-not-come-back",
    campaign: {
      ...calm,
      nodes: 1,
      faults: ["stale-cache", "kubelet-stop"],
      manifests: [oneByName],
      userSteps: [130_000, 150_000, 170_000, 190_000].map((at) => ({
        at,
        step: "delete-pod",
        params: { pod: { index: 0 } },
      })),
      apiServers: 2,
    },
  },
  {
    id: "API-03",
    component: "apiserver",
    bug: "A watch that goes on from the revision at which the cache's empty window begins loses the next event.",
    invariant: "watches-tell-every-write",
    campaign: { ...calm, faults: ["compaction", "watch-break"] },
  },
  {
    id: "API-04",
    component: "apiserver",
    bug: "A watch that is opened while the cache is filled anew misses for ever what came before the new list.",
    invariant: "watches-tell-every-write",
    campaign: { ...calm, faults: ["cache-refill"] },
  },
  {
    id: "API-05",
    component: "apiserver",
    bug: "Events that were buffered while the initial state was sent are delivered again after it.",
    invariant: "watches-tell-every-write",
    campaign: { ...calm, faults: ["watch-break"] },
  },
  {
    id: "API-07",
    component: "apiserver",
    bug: "A DELETED event carries the version of the last update, from which a client then resumes.",
    invariant: "watches-tell-every-write",
    campaign: calm,
  },
  {
    id: "API-08",
    component: "apiserver",
    bug: "A watch from a version tells the change of that version again.",
    invariant: "watches-tell-every-write",
    campaign: { ...calm, faults: ["watch-break"] },
  },
  {
    id: "DEP-05",
    component: "deployment",
    bug: "The name of a ReplicaSet has two bits of its template's hash, and a collision is not counted.",
    invariant: "deployments-converge",
    campaign: calm,
  },
  {
    id: "DEP-08",
    component: "deployment",
    bug: "Recreate starts new pods once the old ReplicaSet is scaled to 0, though its pods still run.",
    invariant: "recreate-waits-for-old-pods",
    campaign: calm,
  },
  {
    id: "ETC-01",
    component: "etcd",
    bug: "Compaction at the revision of a deletion removes it though a slow watch has still to read it.",
    invariant: "watches-tell-every-write",
    campaign: { ...calm, faults: ["compaction"] },
  },
  {
    id: "GC-01",
    component: "gc",
    bug: "Owners are looked up by uid alone, in any namespace and of any kind.",
    invariant: "dependents-are-collected",
    campaign: {
      ...calm,
      nodes: 1,
      manifests: ownedFromAfar,
      userSteps: [
        {
          at: 130_000,
          step: "set-owner",
          params: {
            configmap: "child",
            namespace: "team",
            owner: { apiVersion: "v1", kind: "ConfigMap", name: "parent", namespace: "default" },
          },
        },
      ],
    },
  },
  {
    id: "GC-03",
    component: "gc",
    bug: "An owner that the informer lacks counts as gone, without asking the API server.",
    invariant: "living-owners-protect-their-dependents",
    campaign: { ...calm, faults: "all" },
  },
  {
    id: "KUB-05",
    component: "kubelet",
    bug: "A kubelet that restarts runs pods again that have ended.",
    invariant: "ended-pods-start-no-container",
    campaign: {
      ...calm,
      nodes: 2,
      faults: ["kubelet-stop"],
      manifests: [task],
      images: [{ image: "task:v1", runsForMs: 5000, exitCode: 0 }],
    },
  },
  {
    id: "NOD-03",
    component: "node-lifecycle",
    bug: "A kubelet does not put right what the node controller said of its pods while it was cut off.",
    invariant: "pods-run",
    campaign: { ...calm, faults: ["node-partition"] },
  },
  {
    id: "NS-02",
    component: "namespace",
    bug: "The contents of a namespace are deleted in the order of their resources: policies go before pods.",
    invariant: "policies-outlive-their-pods",
    campaign: {
      ...calm,
      nodes: 1,
      manifests: guarded,
      images: [{ image: "app:*", terminateMs: "never" }],
      userSteps: [{ at: 130_000, step: "delete", params: { namespace: "default", manifests: guarded.slice(0, 1) } }],
    },
  },
  {
    id: "PRX-01",
    component: "kube-proxy",
    bug: "Probabilities are printed with two decimals.",
    invariant: "connections-spread-evenly",
    campaign: calm,
  },
  {
    id: "PRX-02",
    component: "kube-proxy",
    bug: "Each of n rules gets the probability 1/n, though it sees only what those before it left.",
    invariant: "connections-spread-evenly",
    campaign: calm,
  },
  {
    id: "PRX-09",
    component: "kube-proxy",
    bug: "With session affinity, endpoints that are not ready get connections too.",
    invariant: "proxies-reach-ready-endpoints",
    campaign: { ...calm, ...sticky, nodes: 2 },
  },
  {
    id: "RS-01",
    component: "replicaset",
    bug: "A sync trusts the pod informer although pods that it has just created are not in it yet.",
    invariant: "replicaset-creates-no-surplus",
    campaign: calm,
  },
  {
    id: "SCH-01",
    component: "scheduler",
    bug: "A failed binding is not forgotten, so that the pod counts twice when it is tried again.",
    invariant: "cache-counts-each-pod-once",
    campaign: { ...calm, nodes: 2, faults: ["message-loss", "ambiguous-outcome"] },
  },
  {
    id: "SVC-01",
    component: "service-alloc",
    bug: "The repair of allocations frees at first sight what no Service that it knows refers to.",
    invariant: "service-addresses-are-unique",
    campaign: { ...calm, nodes: 1, manifests: twoServices },
  },
  {
    id: "SCH-02",
    component: "scheduler",
    bug: "A pod that changes while it is in flight is queued again, and tried again after it was bound.",
    invariant: "cache-counts-each-pod-once",
    campaign: competing,
  },
  {
    id: "SCH-05",
    component: "scheduler",
    bug: "A node that is replaced under its name looks like before once it has changed as often.",
    invariant: "bound-pods-fit-their-node",
    campaign: competing,
  },
  {
    id: "SCH-10",
    component: "scheduler",
    bug: "A victim that is taken away in thought still counts in the anti-affinity of others.",
    invariant: "preemption-is-not-forgone",
    campaign: competing,
  },
  {
    id: "SCH-12",
    component: "scheduler",
    bug: "Pods on nodes that the pod's node affinity excludes count in the skew.",
    invariant: "hard-spread-holds",
    campaign: { ...calm, manifests: spreadBesidePinned },
  },
  {
    id: "SCH-18",
    component: "scheduler",
    bug: "The first victim is taken for the most important one, though those that a budget protects come first.",
    invariant: "victims-come-by-importance",
    campaign: { ...competing, nodes: 1 },
  },
  {
    id: "SCH-21",
    component: "scheduler",
    bug: "Room that a preemption has made is given to pods of lower priority.",
    invariant: "nominated-room-is-kept",
    campaign: competing,
  },
  {
    id: "SCH-22",
    component: "scheduler",
    bug: "The nomination of a preemptor counts only once its status shows it.",
    invariant: "preemptors-are-nominated",
    campaign: competing,
  },
  {
    id: "SCH-23",
    component: "scheduler",
    bug: "A pod that is deleted keeps its nomination.",
    invariant: "nominations-are-of-waiting-pods",
    campaign: competing,
  },
  {
    id: "SCH-28",
    component: "scheduler",
    bug: "A pod in flight remembers the last event before it, and sees none of those since when that one is dropped.",
    invariant: "pods-run",
    campaign: { ...competing, nodes: 3, steps: 4, attempts: { attemptMs: 200, permitMs: 50 } },
  },
  {
    id: "SCH-29",
    component: "scheduler",
    bug: "A node that comes with a taint wakes no pod when the taint goes.",
    invariant: "pods-run",
    campaign: competing,
  },
  {
    id: "SCH-32",
    component: "scheduler",
    bug: "Pods that an event may help are tried again at once, though they are backing off.",
    invariant: "backing-off-pods-are-not-active",
    campaign: competing,
  },
  {
    id: "SCH-34",
    component: "scheduler",
    bug: "Sidecars count like init containers that end.",
    invariant: "bound-pods-fit-their-node",
    campaign: competing,
  },
];

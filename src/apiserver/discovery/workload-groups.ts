import type { DiscoveryGroup } from "./resource.ts";

/** Groups of workloads that kube-apiserver v1.36.2 announces: written by scripts/generate-discovery.mjs from its documents. */
export const WORKLOAD_GROUPS: readonly DiscoveryGroup[] = [
  {
    name: "apps",
    versions: [
      {
        version: "v1",
        resources: [
          {
            name: "controllerrevisions",
            kind: "ControllerRevision",
            singular: "controllerrevision",
            namespaced: true,
            hash: "85nkx63pcBU=",
          },
          {
            name: "daemonsets",
            kind: "DaemonSet",
            singular: "daemonset",
            namespaced: true,
            shortNames: ["ds"],
            categories: ["all"],
            hash: "dd7pWHUlMKQ=",
            subresources: [{ name: "status", kind: "DaemonSet", verbs: ["get", "patch", "update"] }],
          },
          {
            name: "deployments",
            kind: "Deployment",
            singular: "deployment",
            namespaced: true,
            shortNames: ["deploy"],
            categories: ["all"],
            hash: "8aSe+NMegvE=",
            subresources: [
              { name: "scale", kind: "Scale", group: "autoscaling", version: "v1", verbs: ["get", "patch", "update"] },
              { name: "status", kind: "Deployment", verbs: ["get", "patch", "update"] },
            ],
          },
          {
            name: "replicasets",
            kind: "ReplicaSet",
            singular: "replicaset",
            namespaced: true,
            shortNames: ["rs"],
            categories: ["all"],
            hash: "P1RzHs8/mWQ=",
            subresources: [
              { name: "scale", kind: "Scale", group: "autoscaling", version: "v1", verbs: ["get", "patch", "update"] },
              { name: "status", kind: "ReplicaSet", verbs: ["get", "patch", "update"] },
            ],
          },
          {
            name: "statefulsets",
            kind: "StatefulSet",
            singular: "statefulset",
            namespaced: true,
            shortNames: ["sts"],
            categories: ["all"],
            hash: "H+vl74LkKdo=",
            subresources: [
              { name: "scale", kind: "Scale", group: "autoscaling", version: "v1", verbs: ["get", "patch", "update"] },
              { name: "status", kind: "StatefulSet", verbs: ["get", "patch", "update"] },
            ],
          },
        ],
      },
    ],
  },
  {
    name: "autoscaling",
    versions: [
      {
        version: "v2",
        resources: [
          {
            name: "horizontalpodautoscalers",
            kind: "HorizontalPodAutoscaler",
            singular: "horizontalpodautoscaler",
            namespaced: true,
            shortNames: ["hpa"],
            categories: ["all"],
            hash: "qwQve8ut294=",
            subresources: [{ name: "status", kind: "HorizontalPodAutoscaler", verbs: ["get", "patch", "update"] }],
          },
        ],
      },
      {
        version: "v1",
        resources: [
          {
            name: "horizontalpodautoscalers",
            kind: "HorizontalPodAutoscaler",
            singular: "horizontalpodautoscaler",
            namespaced: true,
            shortNames: ["hpa"],
            categories: ["all"],
            hash: "qwQve8ut294=",
            subresources: [{ name: "status", kind: "HorizontalPodAutoscaler", verbs: ["get", "patch", "update"] }],
          },
        ],
      },
    ],
  },
  {
    name: "batch",
    versions: [
      {
        version: "v1",
        resources: [
          {
            name: "cronjobs",
            kind: "CronJob",
            singular: "cronjob",
            namespaced: true,
            shortNames: ["cj"],
            categories: ["all"],
            hash: "sd5LIXh4Fjs=",
            subresources: [{ name: "status", kind: "CronJob", verbs: ["get", "patch", "update"] }],
          },
          {
            name: "jobs",
            kind: "Job",
            singular: "job",
            namespaced: true,
            categories: ["all"],
            hash: "mudhfqk/qZY=",
            subresources: [{ name: "status", kind: "Job", verbs: ["get", "patch", "update"] }],
          },
        ],
      },
    ],
  },
  {
    name: "policy",
    versions: [
      {
        version: "v1",
        resources: [
          {
            name: "poddisruptionbudgets",
            kind: "PodDisruptionBudget",
            singular: "poddisruptionbudget",
            namespaced: true,
            shortNames: ["pdb"],
            hash: "EVWiDmWqyJw=",
            subresources: [{ name: "status", kind: "PodDisruptionBudget", verbs: ["get", "patch", "update"] }],
          },
        ],
      },
    ],
  },
];

import type { DiscoveryGroup } from "../../apiserver/discovery/resource.ts";

/** Groups that the edge answers by itself: resource metrics, and the clock of the simulation. */
export const EDGE_GROUPS: readonly DiscoveryGroup[] = [
  {
    name: "metrics.k8s.io",
    versions: [
      {
        version: "v1beta1",
        resources: [
          { name: "nodes", kind: "NodeMetrics", singular: "", namespaced: false, verbs: ["get", "list"] },
          { name: "pods", kind: "PodMetrics", singular: "", namespaced: true, verbs: ["get", "list"] },
        ],
      },
    ],
  },
  {
    name: "shakedown.dev",
    versions: [
      {
        version: "v1",
        resources: [
          { name: "clocks", kind: "Clock", singular: "clock", namespaced: false, verbs: ["get", "list", "patch"] },
        ],
      },
    ],
  },
];

import type { DiscoveryGroup } from "./resource.ts";

/** What kube-apiserver v1.36.2 announces: written by scripts/generate-discovery.mjs from its discovery documents. */
export const GROUPS: readonly DiscoveryGroup[] = [
  {
    name: "",
    versions: [
      {
        version: "v1",
        resources: [
          { name: "bindings", kind: "Binding", singular: "binding", namespaced: true, verbs: ["create"] },
          {
            name: "componentstatuses",
            kind: "ComponentStatus",
            singular: "componentstatus",
            namespaced: false,
            shortNames: ["cs"],
            verbs: ["get", "list"],
          },
          {
            name: "configmaps",
            kind: "ConfigMap",
            singular: "configmap",
            namespaced: true,
            shortNames: ["cm"],
            hash: "qFsyl6wFWjQ=",
          },
          {
            name: "endpoints",
            kind: "Endpoints",
            singular: "endpoints",
            namespaced: true,
            shortNames: ["ep"],
            hash: "fWeeMqaN/OA=",
          },
          {
            name: "events",
            kind: "Event",
            singular: "event",
            namespaced: true,
            shortNames: ["ev"],
            hash: "r2yiGXH7wu8=",
          },
          {
            name: "limitranges",
            kind: "LimitRange",
            singular: "limitrange",
            namespaced: true,
            shortNames: ["limits"],
            hash: "EBKMFVe6cwo=",
          },
          {
            name: "namespaces",
            kind: "Namespace",
            singular: "namespace",
            namespaced: false,
            shortNames: ["ns"],
            verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
            hash: "Q3oi5N2YM8M=",
            subresources: [
              { name: "finalize", kind: "Namespace", verbs: ["update"] },
              { name: "status", kind: "Namespace", verbs: ["get", "patch", "update"] },
            ],
          },
          {
            name: "nodes",
            kind: "Node",
            singular: "node",
            namespaced: false,
            shortNames: ["no"],
            hash: "XwShjMxG9Fs=",
            subresources: [
              { name: "proxy", kind: "NodeProxyOptions", verbs: ["create", "delete", "get", "patch", "update"] },
              { name: "status", kind: "Node", verbs: ["get", "patch", "update"] },
            ],
          },
          {
            name: "persistentvolumeclaims",
            kind: "PersistentVolumeClaim",
            singular: "persistentvolumeclaim",
            namespaced: true,
            shortNames: ["pvc"],
            hash: "QWTyNDq0dC4=",
            subresources: [{ name: "status", kind: "PersistentVolumeClaim", verbs: ["get", "patch", "update"] }],
          },
          {
            name: "persistentvolumes",
            kind: "PersistentVolume",
            singular: "persistentvolume",
            namespaced: false,
            shortNames: ["pv"],
            hash: "HN/zwEC+JgM=",
            subresources: [{ name: "status", kind: "PersistentVolume", verbs: ["get", "patch", "update"] }],
          },
          {
            name: "pods",
            kind: "Pod",
            singular: "pod",
            namespaced: true,
            shortNames: ["po"],
            categories: ["all"],
            hash: "xPOwRZ+Yhw8=",
            subresources: [
              { name: "attach", kind: "PodAttachOptions", verbs: ["create", "get"] },
              { name: "binding", kind: "Binding", verbs: ["create"] },
              { name: "ephemeralcontainers", kind: "Pod", verbs: ["get", "patch", "update"] },
              { name: "eviction", kind: "Eviction", group: "policy", version: "v1", verbs: ["create"] },
              { name: "exec", kind: "PodExecOptions", verbs: ["create", "get"] },
              { name: "log", kind: "Pod", verbs: ["get"] },
              { name: "portforward", kind: "PodPortForwardOptions", verbs: ["create", "get"] },
              { name: "proxy", kind: "PodProxyOptions", verbs: ["create", "delete", "get", "patch", "update"] },
              { name: "resize", kind: "Pod", verbs: ["get", "patch", "update"] },
              { name: "status", kind: "Pod", verbs: ["get", "patch", "update"] },
            ],
          },
          {
            name: "podtemplates",
            kind: "PodTemplate",
            singular: "podtemplate",
            namespaced: true,
            hash: "LIXB2x4IFpk=",
          },
          {
            name: "replicationcontrollers",
            kind: "ReplicationController",
            singular: "replicationcontroller",
            namespaced: true,
            shortNames: ["rc"],
            categories: ["all"],
            hash: "Jond2If31h0=",
            subresources: [
              { name: "scale", kind: "Scale", group: "autoscaling", version: "v1", verbs: ["get", "patch", "update"] },
              { name: "status", kind: "ReplicationController", verbs: ["get", "patch", "update"] },
            ],
          },
          {
            name: "resourcequotas",
            kind: "ResourceQuota",
            singular: "resourcequota",
            namespaced: true,
            shortNames: ["quota"],
            hash: "8uhSgffRX6w=",
            subresources: [{ name: "status", kind: "ResourceQuota", verbs: ["get", "patch", "update"] }],
          },
          { name: "secrets", kind: "Secret", singular: "secret", namespaced: true, hash: "S6u1pOWzb84=" },
          {
            name: "serviceaccounts",
            kind: "ServiceAccount",
            singular: "serviceaccount",
            namespaced: true,
            shortNames: ["sa"],
            hash: "pbx9ZvyFpBE=",
            subresources: [
              { name: "token", kind: "TokenRequest", group: "authentication.k8s.io", version: "v1", verbs: ["create"] },
            ],
          },
          {
            name: "services",
            kind: "Service",
            singular: "service",
            namespaced: true,
            shortNames: ["svc"],
            categories: ["all"],
            hash: "0/CO1lhkEBI=",
            subresources: [
              { name: "proxy", kind: "ServiceProxyOptions", verbs: ["create", "delete", "get", "patch", "update"] },
              { name: "status", kind: "Service", verbs: ["get", "patch", "update"] },
            ],
          },
        ],
      },
    ],
  },
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
    name: "events.k8s.io",
    versions: [
      {
        version: "v1",
        resources: [
          {
            name: "events",
            kind: "Event",
            singular: "event",
            namespaced: true,
            shortNames: ["ev"],
            hash: "r2yiGXH7wu8=",
          },
        ],
      },
    ],
  },
  {
    name: "authentication.k8s.io",
    versions: [
      {
        version: "v1",
        resources: [
          {
            name: "selfsubjectreviews",
            kind: "SelfSubjectReview",
            singular: "selfsubjectreview",
            namespaced: false,
            verbs: ["create"],
          },
          { name: "tokenreviews", kind: "TokenReview", singular: "tokenreview", namespaced: false, verbs: ["create"] },
        ],
      },
    ],
  },
  {
    name: "authorization.k8s.io",
    versions: [
      {
        version: "v1",
        resources: [
          {
            name: "localsubjectaccessreviews",
            kind: "LocalSubjectAccessReview",
            singular: "localsubjectaccessreview",
            namespaced: true,
            verbs: ["create"],
          },
          {
            name: "selfsubjectaccessreviews",
            kind: "SelfSubjectAccessReview",
            singular: "selfsubjectaccessreview",
            namespaced: false,
            verbs: ["create"],
          },
          {
            name: "selfsubjectrulesreviews",
            kind: "SelfSubjectRulesReview",
            singular: "selfsubjectrulesreview",
            namespaced: false,
            verbs: ["create"],
          },
          {
            name: "subjectaccessreviews",
            kind: "SubjectAccessReview",
            singular: "subjectaccessreview",
            namespaced: false,
            verbs: ["create"],
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
    name: "networking.k8s.io",
    versions: [
      {
        version: "v1",
        resources: [
          {
            name: "ingressclasses",
            kind: "IngressClass",
            singular: "ingressclass",
            namespaced: false,
            hash: "l/iqIbDgFyQ=",
          },
          {
            name: "ingresses",
            kind: "Ingress",
            singular: "ingress",
            namespaced: true,
            shortNames: ["ing"],
            hash: "39NQlfNR+bo=",
            subresources: [{ name: "status", kind: "Ingress", verbs: ["get", "patch", "update"] }],
          },
          {
            name: "ipaddresses",
            kind: "IPAddress",
            singular: "ipaddress",
            namespaced: false,
            shortNames: ["ip"],
            hash: "3f/plJFChNE=",
          },
          {
            name: "networkpolicies",
            kind: "NetworkPolicy",
            singular: "networkpolicy",
            namespaced: true,
            shortNames: ["netpol"],
            hash: "YpfwF18m1G8=",
          },
          {
            name: "servicecidrs",
            kind: "ServiceCIDR",
            singular: "servicecidr",
            namespaced: false,
            hash: "gNLvruQhW2g=",
            subresources: [{ name: "status", kind: "ServiceCIDR", verbs: ["get", "patch", "update"] }],
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
  {
    name: "rbac.authorization.k8s.io",
    versions: [
      {
        version: "v1",
        resources: [
          {
            name: "clusterrolebindings",
            kind: "ClusterRoleBinding",
            singular: "clusterrolebinding",
            namespaced: false,
            hash: "48tpQ8gZHFc=",
          },
          {
            name: "clusterroles",
            kind: "ClusterRole",
            singular: "clusterrole",
            namespaced: false,
            hash: "bYE5ZWDrJ44=",
          },
          {
            name: "rolebindings",
            kind: "RoleBinding",
            singular: "rolebinding",
            namespaced: true,
            hash: "eGsCzGH6b1g=",
          },
          { name: "roles", kind: "Role", singular: "role", namespaced: true, hash: "7FuwZcIIItM=" },
        ],
      },
    ],
  },
  {
    name: "storage.k8s.io",
    versions: [
      {
        version: "v1",
        resources: [
          { name: "csidrivers", kind: "CSIDriver", singular: "csidriver", namespaced: false, hash: "hL6j/rwBV5w=" },
          { name: "csinodes", kind: "CSINode", singular: "csinode", namespaced: false, hash: "Pe62DkZtjuo=" },
          {
            name: "csistoragecapacities",
            kind: "CSIStorageCapacity",
            singular: "csistoragecapacity",
            namespaced: true,
            hash: "xeVl+2Ly1kE=",
          },
          {
            name: "storageclasses",
            kind: "StorageClass",
            singular: "storageclass",
            namespaced: false,
            shortNames: ["sc"],
            hash: "K+m6uJwbjGY=",
          },
          {
            name: "volumeattachments",
            kind: "VolumeAttachment",
            singular: "volumeattachment",
            namespaced: false,
            hash: "tJx/ezt6UDU=",
            subresources: [{ name: "status", kind: "VolumeAttachment", verbs: ["get", "patch", "update"] }],
          },
          {
            name: "volumeattributesclasses",
            kind: "VolumeAttributesClass",
            singular: "volumeattributesclass",
            namespaced: false,
            shortNames: ["vac"],
            hash: "tIjydgKBC5w=",
          },
        ],
      },
    ],
  },
  {
    name: "apiextensions.k8s.io",
    versions: [
      {
        version: "v1",
        resources: [
          {
            name: "customresourcedefinitions",
            kind: "CustomResourceDefinition",
            singular: "customresourcedefinition",
            namespaced: false,
            shortNames: ["crd", "crds"],
            categories: ["api-extensions"],
            subresources: [{ name: "status", kind: "CustomResourceDefinition", verbs: ["get", "patch", "update"] }],
          },
        ],
      },
    ],
  },
  {
    name: "scheduling.k8s.io",
    versions: [
      {
        version: "v1",
        resources: [
          {
            name: "priorityclasses",
            kind: "PriorityClass",
            singular: "priorityclass",
            namespaced: false,
            shortNames: ["pc"],
            hash: "1QwjyaZjj3Y=",
          },
        ],
      },
    ],
  },
  {
    name: "coordination.k8s.io",
    versions: [
      {
        version: "v1",
        resources: [{ name: "leases", kind: "Lease", singular: "lease", namespaced: true, hash: "gqkMMb/YqFM=" }],
      },
    ],
  },
  {
    name: "node.k8s.io",
    versions: [
      {
        version: "v1",
        resources: [
          {
            name: "runtimeclasses",
            kind: "RuntimeClass",
            singular: "runtimeclass",
            namespaced: false,
            hash: "WQTu1GL3T2Q=",
          },
        ],
      },
    ],
  },
  {
    name: "discovery.k8s.io",
    versions: [
      {
        version: "v1",
        resources: [
          {
            name: "endpointslices",
            kind: "EndpointSlice",
            singular: "endpointslice",
            namespaced: true,
            hash: "qgS0xkrxYAI=",
          },
        ],
      },
    ],
  },
];

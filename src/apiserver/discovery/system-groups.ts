import type { DiscoveryGroup } from "./resource.ts";

/** Groups of the cluster itself that kube-apiserver v1.36.2 announces: written by scripts/generate-discovery.mjs from its documents. */
export const SYSTEM_GROUPS: readonly DiscoveryGroup[] = [
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

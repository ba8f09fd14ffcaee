import type { Manifest } from "../api/object.ts";

const READ = ["get", "list", "watch"];
const WRITE = ["create", "delete", "deletecollection", "patch", "update"];
const GROUPS = ["", "apps", "autoscaling", "batch", "discovery.k8s.io", "networking.k8s.io", "policy"];

/** Everything that reveals no credentials. */
const VIEWABLE = [
  "bindings",
  "configmaps",
  "controllerrevisions",
  "cronjobs",
  "daemonsets",
  "deployments",
  "deployments/scale",
  "endpoints",
  "endpointslices",
  "events",
  "horizontalpodautoscalers",
  "ingresses",
  "jobs",
  "limitranges",
  "namespaces",
  "networkpolicies",
  "persistentvolumeclaims",
  "poddisruptionbudgets",
  "pods",
  "pods/log",
  "replicasets",
  "replicationcontrollers",
  "resourcequotas",
  "serviceaccounts",
  "services",
  "statefulsets",
];

/** The roles that Kubernetes gives to users, without aggregation: cluster-admin, admin, edit, view. */
const ROLES: { readonly [name: string]: object } = {
  "cluster-admin": { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
  admin: { apiGroups: [...GROUPS, "rbac.authorization.k8s.io"], resources: ["*"], verbs: [...READ, ...WRITE] },
  edit: { apiGroups: GROUPS, resources: ["*"], verbs: [...READ, ...WRITE] },
  view: { apiGroups: GROUPS, resources: VIEWABLE, verbs: READ },
};

/** What kube-apiserver makes in every new cluster besides its namespaces: its own Service, and the users' roles. */
export const BOOTSTRAP: readonly Manifest[] = [
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { component: "apiserver", provider: "kubernetes" },
    },
    spec: { clusterIP: "10.96.0.1", ports: [{ name: "https", port: 443, targetPort: 6443 }] },
  },
  ...Object.entries(ROLES).map(([name, rule]): Manifest => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name, labels: { "kubernetes.io/bootstrapping": "rbac-defaults" } },
    rules: [rule],
  })),
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "cluster-admin", labels: { "kubernetes.io/bootstrapping": "rbac-defaults" } },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "system:masters" }],
  },
];

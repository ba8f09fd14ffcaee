import type { Kind } from "../kind.ts";
import { pathSegmentProblems } from "../name-rules.ts";

/** rbac.authorization.k8s.io/v1 ClusterRole. */
export const clusterRole: Kind = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  namespaced: false,
  struct: "rbac/v1.ClusterRole",
  createOnUpdate: true,
  nameProblems: pathSegmentProblems,
};

import type { ClusterRole } from "../../api/types/rbac-v1.ts";
import { validateClusterRole } from "../validation/policy.ts";
import type { Kind } from "../kind.ts";
import { pathSegmentProblems } from "../name-rules.ts";

/** rbac.authorization.k8s.io/v1 ClusterRole. */
export const clusterRole: Kind<ClusterRole> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  namespaced: false,
  struct: "rbac/v1.ClusterRole",
  metadataChecks: "both",
  validate: validateClusterRole,
  validateUpdate: (object, _stored, errors) => validateClusterRole(object, errors),
  createOnUpdate: true,
  nameProblems: pathSegmentProblems,
};

import type { Kind } from "../kind.ts";
import { pathSegmentProblems } from "../name-rules.ts";

/** rbac.authorization.k8s.io/v1 Role. */
export const role: Kind = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "Role",
  plural: "roles",
  namespaced: true,
  struct: "rbac/v1.Role",
  createOnUpdate: true,
  nameProblems: pathSegmentProblems,
};

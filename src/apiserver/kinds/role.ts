import type { Role } from "../../api/types/rbac-v1.ts";
import { validateRules } from "../validation/policy.ts";
import type { Kind } from "../kind.ts";
import { pathSegmentProblems } from "../name-rules.ts";

/** rbac.authorization.k8s.io/v1 Role. */
export const role: Kind<Role> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "Role",
  plural: "roles",
  namespaced: true,
  struct: "rbac/v1.Role",
  metadataChecks: "both",
  validate: (object, errors) => validateRules(object.rules, true, errors),
  validateUpdate: (object, _stored, errors) => validateRules(object.rules, true, errors),
  createOnUpdate: true,
  nameProblems: pathSegmentProblems,
};

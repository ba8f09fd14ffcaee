import type { ApiObject } from "../../api/object.ts";
import type { RoleRef, Subject } from "../../api/types/rbac-v1.ts";
import { mapItems } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";
import { validateBinding, validateBindingUpdate } from "../validation/policy.ts";
import type { Kind } from "../kind.ts";
import { pathSegmentProblems } from "../name-rules.ts";

const GROUP = "rbac.authorization.k8s.io";

interface AnyBinding extends ApiObject {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[];
}

/** The group of roles, users and groups where it is not given. */
function defaults(object: AnyBinding): AnyBinding {
  let result = object;
  if (result.roleRef !== undefined && (result.roleRef.apiGroup ?? "") === "")
    result = { ...result, roleRef: { ...result.roleRef, apiGroup: GROUP } };
  if (result.subjects === undefined) return result;
  const subjects = mapItems(result.subjects, (subject) =>
    (subject.kind === "User" || subject.kind === "Group") && (subject.apiGroup ?? "") === ""
      ? { ...subject, apiGroup: GROUP }
      : subject,
  );
  return withField(result, "subjects", subjects);
}

/** rbac.authorization.k8s.io/v1 RoleBinding. */
export const roleBinding: Kind<AnyBinding> = {
  group: GROUP,
  version: "v1",
  kind: "RoleBinding",
  plural: "rolebindings",
  namespaced: true,
  struct: "rbac/v1.RoleBinding",
  metadataChecks: "both",
  validate: (object, errors) => validateBinding(object, true, errors),
  validateUpdate: (object, stored, errors) => validateBindingUpdate(object, stored, true, errors),
  createOnUpdate: true,
  nameProblems: pathSegmentProblems,
  defaults,
};

/** rbac.authorization.k8s.io/v1 ClusterRoleBinding. */
export const clusterRoleBinding: Kind<AnyBinding> = {
  group: GROUP,
  version: "v1",
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
  namespaced: false,
  struct: "rbac/v1.ClusterRoleBinding",
  metadataChecks: "both",
  validate: (object, errors) => validateBinding(object, false, errors),
  validateUpdate: (object, stored, errors) => validateBindingUpdate(object, stored, false, errors),
  createOnUpdate: true,
  nameProblems: pathSegmentProblems,
  defaults,
};

import type { ResourceQuota } from "../../api/types/core-v1.ts";
import { validateResourceQuota } from "../validation/resource-quota.ts";
import type { Kind } from "../kind.ts";

/** core/v1 ResourceQuota. */
export const resourceQuota: Kind<ResourceQuota> = {
  group: "",
  version: "v1",
  kind: "ResourceQuota",
  plural: "resourcequotas",
  namespaced: true,
  struct: "core/v1.ResourceQuota",
  validate: validateResourceQuota,
  validateUpdate: (object, _stored, errors) => validateResourceQuota(object, errors),
  shortNames: ["quota"],
  status: true,
  initialStatus: {},
  deleteReturnsObject: true,
};

import type { Lease } from "../../api/types/coordination-v1.ts";
import { validateLease } from "../validation/config.ts";
import type { Kind } from "../kind.ts";

/** coordination.k8s.io/v1 Lease. */
export const lease: Kind<Lease> = {
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
  struct: "coordination/v1.Lease",
  validate: validateLease,
  validateUpdate: (object, _stored, errors) => validateLease(object, errors),
  createOnUpdate: true,
  needsVersion: true,
};

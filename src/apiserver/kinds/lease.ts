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
  prepareCreate: (object) => withoutElection(object),
  prepareUpdate: (object) => withoutElection(object),
  createOnUpdate: true,
  needsVersion: true,
};

/** Fields of coordinated leader election, which is off by default, are dropped. */
function withoutElection(object: Lease): Lease {
  const { spec } = object;
  if (spec === undefined || (spec.strategy === undefined && spec.preferredHolder === undefined)) return object;
  const { strategy: _, preferredHolder: _1, ...rest } = spec;
  return { ...object, spec: rest };
}

import type { PodDisruptionBudget } from "../../api/types/policy-v1.ts";
import { pathSegmentProblems } from "../name-rules.ts";
import { validateBudget, validateBudgetStatus } from "../validation/policy.ts";
import type { Kind } from "../kind.ts";

/** policy/v1 PodDisruptionBudget. */
export const podDisruptionBudget: Kind<PodDisruptionBudget> = {
  group: "policy",
  version: "v1",
  kind: "PodDisruptionBudget",
  plural: "poddisruptionbudgets",
  namespaced: true,
  shortNames: ["pdb"],
  struct: "policy/v1.PodDisruptionBudget",
  metadataChecks: "none",
  validate: validateBudget,
  validateUpdate: (object, _stored, errors) => validateBudget(object, errors),
  validateStatus: (object, _stored, errors) => validateBudgetStatus(object, errors),
  generation: "spec",
  status: true,
  initialStatus: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
  needsVersion: true,
  nameProblems: pathSegmentProblems,
};

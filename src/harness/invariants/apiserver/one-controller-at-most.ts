import type { Invariant } from "../invariant.ts";
import { about } from "../violation.ts";

const NAME = "one-controller-at-most";

/** Two controllers never manage one object. */
export const oneControllerAtMost: Invariant<null> = {
  name: NAME,
  catalogue: ["19"],
  expectation: "always",
  statement: "At most one owner reference of an object has controller=true.",
  source: "apimachinery/pkg/api/validation/objectmeta.go: ValidateOwnerReferences",
  resources: ["*"],
  init: () => null,
  onChange(_memory, { at, before, after }) {
    const owners = after?.metadata.ownerReferences;
    if (after === undefined || owners === undefined || owners === before?.metadata.ownerReferences) return undefined;
    const controllers = owners.filter((owner) => owner.controller === true);
    if (controllers.length <= 1) return undefined;
    const names = controllers.map((owner) => `${owner.kind} ${owner.name}`).join(" and ");
    return about(NAME, at, after, `${names} are both its controller.`);
  },
};

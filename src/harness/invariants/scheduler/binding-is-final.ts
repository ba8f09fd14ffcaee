import { asPod, nodeOf } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import { about } from "../violation.ts";

const NAME = "binding-is-final";

/** A pod is bound once. */
export const bindingIsFinal: Invariant<null> = {
  name: NAME,
  catalogue: ["27"],
  expectation: "always",
  statement: "Once spec.nodeName is set it never changes for that pod.",
  source: "registry/core/pod/storage: BindingREST; validation of pod updates",
  resources: ["pods"],
  init: () => null,
  onChange(_memory, { at, before, after }) {
    const from = nodeOf(asPod(before));
    if (from === "" || after === undefined) return undefined;
    const to = nodeOf(asPod(after));
    if (from === to) return undefined;
    return about(NAME, at, after, `It was bound to ${from}, and now to ${to === "" ? "no node" : to}.`);
  },
};

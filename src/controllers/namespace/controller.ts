import { SECOND, cast } from "../../base/units.ts";
import type { Namespace } from "../../api/types/core-v1.ts";
import type { Controller } from "../../client/controller.ts";
import { mutantsOf } from "../options.ts";
import type { ControllerOptions } from "../options.ts";
import { reconcileNamespace } from "./reconcile.ts";

/** A deleted namespace is emptied so much later, for API servers that have not seen its deletion yet. */
const GRACE_MS = 5 * SECOND;

/** Empties a namespace that is being deleted, pods first, and then lets it go. */
export function namespaceController(options?: ControllerOptions): Controller<undefined> {
  const mutants = mutantsOf(options);
  return {
    name: "namespace-controller",
    workers: 10,
    watches: [{ resource: "namespaces" }],
    initialMemory: () => undefined,
    wakes({ after }) {
      const ending = cast<Namespace | undefined>(after)?.metadata.deletionTimestamp !== undefined;
      return ending && after !== undefined ? [{ key: after.metadata.name, afterMs: GRACE_MS }] : [];
    },
    reconcile: (sync) => reconcileNamespace(sync, mutants),
  };
}

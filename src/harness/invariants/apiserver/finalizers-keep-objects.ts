import type { Invariant } from "../invariant.ts";
import { about, byKubelet } from "../violation.ts";

const NAME = "finalizers-keep-objects";

/**
 * An object with finalizers goes only by the update that takes the last one away. That update stores nothing, so the
 * removed state still shows them: what is judged is that deletion had begun, and that no kubelet did it, which never
 * touches finalizers.
 */
export const finalizersKeepObjects: Invariant<null> = {
  name: NAME,
  catalogue: ["18"],
  expectation: "always",
  statement:
    "An object with finalizers is not removed: it is marked with deletionTimestamp until the finalizers are gone.",
  source: "concepts/overview/working-with-objects/finalizers",
  resources: ["*"],
  init: () => null,
  onChange(_memory, { at, before, after, by }) {
    if (after !== undefined || before === undefined) return undefined;
    const finalizers = before.metadata.finalizers ?? [];
    if (finalizers.length === 0) return undefined;
    if (before.metadata.deletionTimestamp !== undefined && !byKubelet(by)) return undefined;
    return about(NAME, at, before, `${by} removed it although it had the finalizer ${finalizers[0]}.`);
  },
};

import { asPod, podCondition } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import { about } from "../violation.ts";
import { isScheduler } from "./schedulers.ts";

const NAME = "gated-pods-are-not-tried";

/** An attempt shows in the condition that it leaves. */
export const gatedPodsAreNotTried: Invariant<null> = {
  name: NAME,
  catalogue: ["44"],
  expectation: "always",
  statement: "The scheduler does not try a pod that has scheduling gates.",
  source: "KEP-3521; plug-in SchedulingGates",
  resources: ["pods"],
  init: () => null,
  onChange(_memory, { at, by, before, after }) {
    if (before === undefined || after === undefined || !isScheduler(by)) return undefined;
    const pod = asPod(after);
    const [gate] = pod.spec.schedulingGates ?? [];
    if (gate === undefined || (asPod(before).spec.schedulingGates ?? []).length === 0) return undefined;
    const condition = podCondition(pod, "PodScheduled");
    const told = condition !== undefined && condition !== podCondition(asPod(before), "PodScheduled");
    if (!told || condition.reason === "SchedulingGated") return undefined;
    return about(
      NAME,
      at,
      pod,
      `${by} tried it (${condition.reason}), although it has the scheduling gate ${gate.name}.`,
    );
  },
};

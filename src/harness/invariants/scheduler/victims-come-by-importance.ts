import { objectKey } from "../../../api/object.ts";
import { cast } from "../../../base/units.ts";
import type { Invariant } from "../invariant.ts";
import { schedulerNamed } from "./schedulers.ts";

const NAME = "victims-come-by-importance";

/** Nodes are compared by the first of their victims, so that it must be the most important one, protected by a budget or not. */
export const victimsComeByImportance: Invariant<null> = {
  name: NAME,
  catalogue: ["40", "I5"],
  expectation: "always",
  statement: "The victims of a preemption come by decreasing priority.",
  source:
    "pkg/scheduler/framework/preemption: pickOneNodeForPreemption takes the first victim for the most important one",
  resources: ["pods"],
  init: () => null,
  onChange(_memory, { by, at }, world) {
    const scheduler = schedulerNamed(world, by);
    if (scheduler === undefined || scheduler.preempting.size === 0) return undefined;
    for (const { preemptor, victims } of scheduler.preempting.values()) {
      let least = Infinity;
      for (const victim of victims.values()) {
        const priority = victim.spec.priority ?? 0;
        if (priority > least) {
          const object = `Pod ${objectKey(cast(preemptor))}`;
          const sentence = `${by} takes ${victim.metadata.name} for less important than a victim of priority ${least}.`;
          return { invariant: NAME, at, object, sentence };
        }
        least = priority;
      }
    }
    return undefined;
  },
};

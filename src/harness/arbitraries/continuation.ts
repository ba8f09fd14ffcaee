import fc from "fast-check";
import type { Millis } from "../../base/units.ts";
import type { FaultStep, Schedule, Step } from "../plan/plan.ts";
import { competingAction } from "./competing-pods.ts";
import { availableFaults, faultStep } from "./fault-steps.ts";
import { IMAGES } from "./images.ts";
import { faultsOf, inOrder, schedule, schedulerNames, topologyOf } from "./plan.ts";
import type { PlanOptions, Workload } from "./plan.ts";
import { placed, userAction } from "./user-steps.ts";

/** How a history goes on that shares its beginning with others. */
export interface Continuation {
  readonly seed: number;
  readonly schedule: Schedule;
  /** Times count from the fork. */
  readonly steps: readonly Step[];
}

/** Where in a plan the histories part that begin with it. */
export interface Parting {
  /** The step after which they do: modulo their number. */
  readonly step: number;
  readonly delay: Millis;
}

/** Something that happens at a turn and a time. */
type Happening = (turn: number, at: Millis) => readonly Step[];

interface Shape {
  /** Most things that happen. */
  readonly most: number;
  /** How many times as often they are the user's. */
  readonly user: number;
}

/** While the step before still has consequences. */
const DELAYS: readonly Millis[] = [1, 50, 200, 1000, 2000, 3000, 5000, 10_000];
/** Close together: trouble that meets other trouble shows more than trouble alone. */
const PAUSES: readonly Millis[] = [0, 100, 1000, 2000, 5000, 10_000];
/** A rollout costs more than a pod. */
const SHAPES: { readonly [workload in Workload]: Shape } = {
  applications: { most: 1, user: 1.5 },
  scheduling: { most: 4, user: 4 },
};
/** Before it there is nothing but a cluster that starts. */
const EARLIEST: Millis = 1000;
/** The pods of a continuation are named after turns that its beginning does not come to. */
const FIRST_TURN = 1000;

export const parting: fc.Arbitrary<Parting> = fc.record({
  step: fc.nat({ max: 9999 }),
  delay: fc.constantFrom(...DELAYS),
});

/** When the histories part that begin with these steps, the first of which makes what is there. */
export function partingAt(steps: readonly Step[], { step, delay }: Parting): Millis {
  const after = steps[1 + (step % Math.max(1, steps.length - 1))]?.at ?? 0;
  return Math.max(after, EARLIEST) + delay;
}

/** Continuations of generated plans: one or a few things that users do, unless they are to do nothing, or that break. */
export function continuationArbitrary(options: PlanOptions): fc.Arbitrary<Continuation> {
  const topology = topologyOf(options);
  const faults = availableFaults(faultsOf(options), topology).map((fault) =>
    faultStep(fault, topology, 0, 0).map(broken),
  );
  const happening = happeningOf(options, faults);
  const steps =
    happening === undefined
      ? fc.constant([])
      : fc
          .array(fc.tuple(happening, fc.constantFrom(...PAUSES)), { minLength: 1, maxLength: shapeOf(options).most })
          .map(inTurn);
  return fc.record({ seed: fc.nat(), schedule, steps });
}

function shapeOf({ workload = "applications" }: PlanOptions): Shape {
  return SHAPES[workload];
}

/** Undefined when nothing is to happen. */
function happeningOf(
  options: PlanOptions,
  faults: readonly fc.Arbitrary<Happening>[],
): fc.Arbitrary<Happening> | undefined {
  if (options.steps === 0) return faults.length === 0 ? undefined : fc.oneof(...faults);
  const user = userOf(options);
  if (faults.length === 0) return user;
  return fc.oneof(
    { weight: 2 * shapeOf(options).user, arbitrary: user },
    { weight: 2, arbitrary: fc.oneof(...faults) },
  );
}

function userOf({ workload, cluster }: PlanOptions): fc.Arbitrary<Happening> {
  if (workload !== "scheduling") return userAction(IMAGES, true).map((commands) => (_turn, at) => placed(at, commands));
  const names = schedulerNames(cluster);
  return competingAction.map((commands) => (turn, at) => placed(at, commands(FIRST_TURN + turn, names)));
}

function broken(step: FaultStep): Happening {
  return (_turn, at) => [{ ...step, at }];
}

function inTurn(drawn: readonly (readonly [Happening, pause: Millis])[]): readonly Step[] {
  let at = 0;
  const steps: Step[] = [];
  for (const [turn, [happening, pause]] of drawn.entries()) {
    steps.push(...happening(turn, at));
    at += pause;
  }
  return inOrder(steps);
}

import fc from "fast-check";
import type { Millis } from "../../base/units.ts";
import type { Topology } from "../faults/fault.ts";
import type { Step } from "../plan/plan.ts";
import { availableFaults, faultStep } from "./fault-steps.ts";
import { moment, placed, userAction } from "./user-steps.ts";

/** Images that a rolling update of somebody's own manifests goes to; the plan says how they behave. */
export const NEXT_IMAGES: readonly string[] = ["shakedown.example/next:v2", "shakedown.example/next:v3"];

/** Faults that people expect their manifests to stand, oftener first. */
const FOCUS: readonly (readonly [fault: string, weight: number])[] = [
  ["node-power-off", 4],
  ["zone-outage", 3],
  ["component-crash", 2],
  ["stale-watch", 2],
  ["watch-break", 1],
  ["kubelet-stop", 1],
  ["node-partition", 1],
  ["container-crash", 1],
];

/** What is done to manifests of the user's own: rolling updates, drains and scalings, and faults of the given kinds. */
export function disturbances(
  faults: readonly string[],
  topology: Topology,
  from: Millis,
  span: Millis,
  most: number,
): fc.Arbitrary<readonly Step[]> {
  const user = fc
    .tuple(moment(from, span), userAction(NEXT_IMAGES, false))
    .map(([at, commands]): readonly Step[] => placed(at, commands));
  const kinds: fc.WeightedArbitrary<readonly Step[]>[] = [{ weight: 8, arbitrary: user }];
  for (const fault of availableFaults(faults, topology)) {
    const weight = FOCUS.find(([focus]) => focus === fault.name)?.[1] ?? 1;
    kinds.push({ weight, arbitrary: faultStep(fault, topology, from, span).map((step): readonly Step[] => [step]) });
  }
  return fc.array(fc.oneof(...kinds), { minLength: 1, maxLength: most }).map((drawn) => drawn.flat());
}

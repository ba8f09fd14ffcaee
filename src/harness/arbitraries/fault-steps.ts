import fc from "fast-check";
import type { Millis } from "../../base/units.ts";
import { cast } from "../../base/units.ts";
import type { Fault, Topology } from "../faults/fault.ts";
import { faultNamed } from "../faults/index.ts";
import type { FaultStep, Params } from "../plan/plan.ts";
import { moment } from "./user-steps.ts";

/** The kinds of these names that a cluster of that shape can suffer. */
export function availableFaults(names: readonly string[], topology: Topology): readonly Fault[] {
  return names.flatMap((name) => {
    const fault = faultNamed(name);
    return fault?.available(topology) === true ? [fault] : [];
  });
}

/** One fault of a kind, some time in a span, for a while that its kind can be noticed in. */
export function faultStep(fault: Fault, topology: Topology, from: Millis, span: Millis): fc.Arbitrary<FaultStep> {
  return fc
    .record({
      at: moment(from, span),
      seconds: fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 30 }) }, { weight: 1, arbitrary: fc.nat({ max: 400 }) }),
      params: fault.params(topology),
    })
    .map(({ at, seconds, params }) => ({
      at,
      fault: fault.name,
      for: fault.minMs + seconds * 1000,
      params: cast<Params>(params),
    }));
}

/** Swarm: each draw switches on some of the kinds, at some intensity, and draws from those only. */
export function swarm(
  names: readonly string[],
  topology: Topology,
  most: number,
  from: Millis,
  span: Millis,
): fc.Arbitrary<readonly FaultStep[]> {
  const kinds = availableFaults(names, topology).map((fault) => faultStep(fault, topology, from, span));
  if (kinds.length === 0 || most === 0) return fc.constant([]);
  const known = new Map<string, fc.Arbitrary<readonly FaultStep[]>>();
  const drawFrom = ({ on, count }: { on: readonly number[]; count: number }): fc.Arbitrary<readonly FaultStep[]> => {
    const key = `${on.join()}/${count}`;
    let arbitrary = known.get(key);
    if (arbitrary === undefined) {
      const chosen = on.flatMap((i) => kinds[i] ?? []);
      arbitrary = chosen.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...chosen), { maxLength: count });
      known.set(key, arbitrary);
    }
    return arbitrary;
  };
  return fc
    .record({
      on: fc.subarray(
        kinds.map((_kind, i) => i),
        { minLength: 0, maxLength: Math.min(4, kinds.length) },
      ),
      count: fc.integer({ min: 1, max: most }),
    })
    .chain(drawFrom);
}

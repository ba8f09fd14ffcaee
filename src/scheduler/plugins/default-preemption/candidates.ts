import { compareText } from "../../../base/order.ts";
import { podPriority } from "../../cache/pod-info.ts";
import type { Victims } from "./victims.ts";
import { startTime } from "./victims.ts";

/** A node on which preemption would help. */
export interface Candidate extends Victims {
  readonly node: string;
}

const PRIORITY_OFFSET = 2 ** 31;

/**
 * The best candidate: fewest budget violations, lowest first victim, smallest sum of priorities, fewest victims, latest
 * start of its most important victims; then the first by name (upstream: any).
 */
export function pickCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  return narrowDown(candidates).best;
}

/** Why the best candidate was picked, in words. */
export function whyPicked(candidates: readonly Candidate[]): string {
  return narrowDown(candidates).why;
}

function narrowDown(candidates: readonly Candidate[]): {
  readonly best: Candidate | undefined;
  readonly why: string;
} {
  let rest: readonly Measured[] = candidates.map((candidate) => ({ candidate, measures: measuresOf(candidate) }));
  let why = "it is the only candidate";
  for (const [i, { means }] of MEASURES.entries()) {
    if (rest.length <= 1) break;
    why = means;
    let best = Number.NEGATIVE_INFINITY;
    let kept: Measured[] = [];
    for (const one of rest) {
      const score = one.measures[i] ?? 0;
      if (score > best) {
        best = score;
        kept = [];
      }
      if (score === best) kept.push(one);
    }
    rest = kept;
  }
  if (rest.length > 1) why = "it is the first by name of those that are equal in everything";
  return { best: [...rest].sort((a, b) => compareText(a.candidate.node, b.candidate.node))[0]?.candidate, why };
}

const MEASURES: readonly { readonly measure: (candidate: Candidate) => number; readonly means: string }[] = [
  { measure: ({ violations }) => -violations, means: "it violates the fewest PodDisruptionBudgets" },
  {
    measure: ({ pods: [first] }) => (first === undefined ? 0 : -podPriority(first)),
    means: "the priority of its most important victim is the lowest",
  },
  {
    measure: ({ pods }) => -pods.reduce((sum, pod) => sum + podPriority(pod) + PRIORITY_OFFSET, 0),
    means: "the sum of its victims' priorities is the smallest",
  },
  { measure: ({ pods }) => -pods.length, means: "it has the fewest victims" },
  { measure: earliestStart, means: "its most important victims started last" },
];

interface Measured {
  readonly candidate: Candidate;
  readonly measures: readonly number[];
}

const measured = new WeakMap<Candidate, readonly number[]>();

/** All measures of a candidate; dry runs that are remembered hand the same ones in again and again. */
function measuresOf(candidate: Candidate): readonly number[] {
  let known = measured.get(candidate);
  if (known === undefined) {
    known = MEASURES.map(({ measure }) => measure(candidate));
    measured.set(candidate, known);
  }
  return known;
}

/** Earliest start among the victims of highest priority. */
function earliestStart({ pods }: Candidate): number {
  let highest = Number.NEGATIVE_INFINITY;
  let earliest = Number.POSITIVE_INFINITY;
  for (const pod of pods) {
    const priority = podPriority(pod);
    if (priority > highest) {
      highest = priority;
      earliest = startTime(pod);
    } else if (priority === highest) earliest = Math.min(earliest, startTime(pod));
  }
  return earliest;
}

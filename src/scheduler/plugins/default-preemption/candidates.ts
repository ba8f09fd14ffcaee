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
  let rest = candidates;
  for (const measure of MEASURES) {
    if (rest.length <= 1) break;
    let best = Number.NEGATIVE_INFINITY;
    let kept: Candidate[] = [];
    for (const candidate of rest) {
      const score = measure(candidate);
      if (score > best) {
        best = score;
        kept = [];
      }
      if (score === best) kept.push(candidate);
    }
    rest = kept;
  }
  return [...rest].sort((a, b) => compareText(a.node, b.node))[0];
}

const MEASURES: readonly ((candidate: Candidate) => number)[] = [
  ({ violations }) => -violations,
  ({ pods: [first] }) => (first === undefined ? 0 : -podPriority(first)),
  ({ pods }) => -pods.reduce((sum, pod) => sum + podPriority(pod) + PRIORITY_OFFSET, 0),
  ({ pods }) => -pods.length,
  earliestStart,
];

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

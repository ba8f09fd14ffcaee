import type { Pod } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import type { Io } from "../../client/component.ts";
import { podKey } from "../cache/pod-info.ts";

/** A preemption whose API calls are under way (upstream's prepareCandidateAsync). Plain data. */
export interface Preemption {
  readonly preemptor: Pod;
  readonly node: string;
  /** Victims whose removal is asked for, in the order of their importance, by UID. */
  readonly victims: Map<string, Pod>;
  /** Victims but the last whose calls are not answered yet. */
  awaited: number;
  /** The one that is removed after all others. */
  readonly last: string;
  lastStarted: boolean;
  failed: boolean;
}

/** Whether a pod still waits for its victims to be asked to go (upstream's IsPodRunningPreemption). */
export function isPreempting(preempting: ReadonlyMap<string, Preemption>, { listers }: Io, uid: string): boolean {
  const preemption = preempting.get(uid);
  if (preemption === undefined) return false;
  const last = preemption.victims.get(preemption.last);
  if (!preemption.lastStarted || last === undefined) return true;
  const known = cast<Pod | undefined>(listers.of("pods").get(podKey(last)));
  return known !== undefined && known.metadata.deletionTimestamp === undefined;
}

import type { Pod } from "../api/types/core-v1.ts";
import { objectKey } from "../api/object.ts";
import { present } from "../base/assert.ts";
import { compareText } from "../base/order.ts";
import type { AlgorithmOptions, ScheduleOutcome, SchedulingAlgorithm } from "../scheduler/algorithm.ts";
import { type Attempt, attempt } from "../scheduler/attempt.ts";
import { assumePod, emptyCache, forgetPod, putNode, putPod, removeNode, removePod } from "../scheduler/cache/cache.ts";
import { podUid } from "../scheduler/cache/pod-info.ts";
import { emptyColumns } from "../scheduler/columns/columns.ts";
import type { Environment } from "../scheduler/framework/cycle.ts";
import { noObjects } from "../scheduler/framework/objects.ts";
import { schedulerConfig } from "../scheduler/framework/profile.ts";
import { emptyNominator, nominate, withdraw } from "../scheduler/queue/nominator.ts";

/** A scheduler whose pods make room for themselves. */
export interface PreemptingAlgorithm extends SchedulingAlgorithm {
  /** Keys "namespace/name" of the evicted pods in order, sorted within one preemption. */
  readonly victims: readonly string[];
}

/**
 * Schedules; a pod that fits nowhere runs PostFilter: its victims are gone at once, and it is tried again with its
 * nomination, as if the queue had brought it back.
 */
export function createPreemptingAlgorithm(options: AlgorithmOptions = {}): PreemptingAlgorithm {
  const config = schedulerConfig(options.config);
  const profile = present(config.profiles.get("default-scheduler"), "the default profile");
  const percentageOfNodesToScore = options.percentageOfNodesToScore ?? config.percentageOfNodesToScore;
  const [cache, nominator] = [emptyCache(), emptyNominator()];
  const objects = options.objects ?? noObjects;
  const columns = options.fast === false ? undefined : emptyColumns(0);
  const environment: Environment = {
    cache,
    nominator,
    objects,
    now: 0,
    mutants: new Set(),
    columns,
    volumes: options.volumes,
  };
  const victims: string[] = [];
  let start = 0;
  let fastDecisions = 0;
  let scalarDecisions = 0;

  const evict = (pods: readonly Pod[]): void => {
    for (const pod of pods) removePod(cache, pod);
    victims.push(...pods.map(objectKey).sort(compareText));
  };
  const once = (pod: Pod): Attempt => {
    const tried = attempt(environment, profile, pod, { start, percentageOfNodesToScore });
    start = tried.schedule.nextStart;
    if (tried.schedule.fast === true) fastDecisions += 1;
    else scalarDecisions += 1;
    return tried;
  };
  return {
    victims,
    ...(columns !== undefined && { paths: columns.paths }),
    addNode: (node) => putNode(cache, node),
    updateNode: (node) => putNode(cache, node),
    removeNode: (name) => removeNode(cache, name),
    addPod: (pod) => putPod(cache, pod),
    removePod: (pod) => removePod(cache, pod),
    schedule(pod) {
      const first = once(pod);
      const result = first.postFilter?.result;
      if (result === undefined || result.nominatedNodeName === "") return outcomeOf([first]);
      evict(result.victims ?? []);
      const nominated = { ...pod, status: { ...pod.status, nominatedNodeName: result.nominatedNodeName } };
      nominate(nominator, nominated);
      return outcomeOf([first, once(nominated)]);
    },
    assume(pod, node) {
      withdraw(nominator, podUid(pod));
      assumePod(cache, pod, node);
    },
    forget: (pod) => void forgetPod(cache, podUid(pod)),
    get fastDecisions() {
      return fastDecisions;
    },
    get scalarDecisions() {
      return scalarDecisions;
    },
  };
}

/** The answer of the last attempt, and what all of them looked at. */
function outcomeOf(attempts: readonly Attempt[]): ScheduleOutcome {
  const last = present(attempts.at(-1), "an attempt");
  const { node } = last.schedule;
  return {
    ...(node === undefined ? { fitError: last.message } : { node }),
    evaluated: attempts.reduce((sum, one) => sum + one.schedule.evaluated, 0),
    feasible: attempts.reduce((sum, one) => sum + one.schedule.feasible, 0),
  };
}

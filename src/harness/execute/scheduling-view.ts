import { objectKey } from "../../api/object.ts";
import type { ApiObject, Resource } from "../../api/object.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import type { World } from "../../cluster/world.ts";
import { attempt } from "../../scheduler/attempt.ts";
import { emptyCache, putNode, putPod } from "../../scheduler/cache/cache.ts";
import type { Environment } from "../../scheduler/framework/cycle.ts";
import type { Objects } from "../../scheduler/framework/objects.ts";
import type { Profile, SchedulerConfig } from "../../scheduler/framework/profile.ts";
import { schedulerConfig } from "../../scheduler/framework/profile.ts";
import { emptyNominator, nominate } from "../../scheduler/queue/nominator.ts";
import type { PlannedTrouble } from "../invariants/invariant.ts";
import type { SchedulerPlan } from "../plan/plan.ts";

/** The profile that serves a schedulerName, with the configuration that it stands in. */
export interface ServingProfile {
  readonly profile: Profile;
  readonly config: SchedulerConfig;
}

/** The profile that a plan's schedulers have for a pod; undefined when nobody serves it. */
export function profileFor(pod: Pod, schedulers: readonly SchedulerPlan[] | undefined): ServingProfile | undefined {
  for (const one of schedulers ?? [{ name: "kube-scheduler" }]) {
    const config = schedulerConfig(one.config);
    const profile = config.profiles.get(pod.spec.schedulerName ?? "default-scheduler");
    if (profile !== undefined) return { profile, config };
  }
  return undefined;
}

/** All that an attempt looks at, made anew from what is stored; without the pod itself. */
export function environmentOf(world: World, except: Pod, volumes: boolean): Environment {
  const cache = emptyCache();
  const nominator = emptyNominator();
  for (const node of world.objects("nodes").values()) putNode(cache, cast<Node>(node));
  for (const pod of cast<Iterable<Pod>>(world.objects("pods").values())) {
    const ended = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
    if (pod.metadata.uid === except.metadata.uid || ended) continue;
    if ((pod.spec.nodeName ?? "") !== "") putPod(cache, pod);
    else nominate(nominator, pod);
  }
  const objects = objectsOf(world);
  return { cache, nominator, objects, now: world.now, mutants: new Set(), ...(volumes && { volumes }) };
}

/**
 * Why the schedulers of a plan place a pod nowhere at the end: their configuration may ask for more than Kubernetes' own
 * rules do. Asked only of plans that configure their schedulers, as the engine itself answers.
 */
export function unschedulableBy(
  world: World,
  schedulers: readonly SchedulerPlan[] | undefined,
  volumes: boolean,
): PlannedTrouble {
  return (pod) => {
    const serving = profileFor(pod, schedulers);
    if (serving === undefined) return "nobody serves its schedulerName";
    const { profile, config } = serving;
    const options = { start: 0, percentageOfNodesToScore: config.percentageOfNodesToScore };
    const { schedule, message } = attempt(environmentOf(world, pod, volumes), profile, pod, options);
    return schedule.node === undefined ? message : undefined;
  };
}

function objectsOf(world: World): Objects {
  const inNamespace = (resource: Resource, namespace: string): ApiObject[] =>
    [...world.objects(resource).values()].filter((object) => objectKey(object).startsWith(`${namespace}/`));
  return {
    get: (resource, key) => world.objects(resource).get(key),
    list: (resource) => [...world.objects(resource).values()],
    inNamespace,
  };
}

import { objectKey } from "../../api/object.ts";
import type { ApiObject, Resource } from "../../api/object.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import { InputError } from "../../base/input-error.ts";
import { compareText } from "../../base/order.ts";
import { cast } from "../../base/units.ts";
import type { World } from "../../cluster/world.ts";
import { attempt } from "../../scheduler/attempt.ts";
import { emptyCache, putNode, putPod, removePod } from "../../scheduler/cache/cache.ts";
import type { Explanation } from "../../scheduler/explain.ts";
import { explain } from "../../scheduler/explain.ts";
import type { Environment } from "../../scheduler/framework/cycle.ts";
import type { Objects } from "../../scheduler/framework/objects.ts";
import type { Profile, SchedulerConfig } from "../../scheduler/framework/profile.ts";
import { schedulerConfig } from "../../scheduler/framework/profile.ts";
import { emptyNominator, nominate, withdraw } from "../../scheduler/queue/nominator.ts";
import type { ScheduleOptions } from "../../scheduler/schedule-one.ts";
import type { SchedulerPlan } from "../plan/plan.ts";
import { isTerminal, nodeOf } from "../survivability/pod.ts";

/** What the schedulers of a plan would decide as the cluster stands: to be asked before it goes on. */
export class SchedulingView {
  readonly #world: World;
  readonly #schedulers: readonly SchedulerPlan[];
  readonly #volumes: boolean;
  /** With all pods; made when it is needed first. */
  #environment: Environment | undefined;

  constructor(world: World, schedulers: readonly SchedulerPlan[] | undefined, volumes: boolean) {
    this.#world = world;
    this.#schedulers = schedulers ?? [{ name: "kube-scheduler" }];
    this.#volumes = volumes;
  }

  /** Explains the decision for a pod, "namespace/name" or the beginning of a name in "default", as if it were still pending. */
  explain(name: string): Explanation {
    const found = podNamed(this.#world, name);
    const { nodeName: _bound, ...spec } = found.spec;
    const pod = { ...found, spec };
    const schedulerName = spec.schedulerName ?? "default-scheduler";
    const profile = this.#profileFor(pod);
    if (profile === undefined)
      return {
        pod: `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`,
        schedulerName,
        nodes: [],
        skipped: { filter: [], score: [] },
        why: `it is not tried: no scheduler has a profile for schedulerName ${schedulerName}`,
      };
    return this.#without(found, (environment) => explain(environment, profile.profile, pod, optionsOf(profile)));
  }

  /**
   * Why they place a pod nowhere: their configuration may ask for more than Kubernetes' own rules do. To be asked only of plans
   * that configure their schedulers, as the engine itself answers.
   */
  unschedulable(pod: Pod): string | undefined {
    const profile = this.#profileFor(pod);
    if (profile === undefined) return "nobody serves its schedulerName";
    return this.#without(pod, (environment) => {
      const { schedule, message } = attempt(environment, profile.profile, pod, optionsOf(profile));
      return schedule.node === undefined ? message : undefined;
    });
  }

  /** The profile that serves the pod; undefined when nobody does. */
  #profileFor(pod: Pod): ServingProfile | undefined {
    for (const one of this.#schedulers) {
      const config = schedulerConfig(one.config);
      const profile = config.profiles.get(pod.spec.schedulerName ?? "default-scheduler");
      if (profile !== undefined) return { profile, config };
    }
    return undefined;
  }

  /** Asks as if a stored pod were in nobody's way. */
  #without<T>(pod: Pod, ask: (environment: Environment) => T): T {
    const environment = (this.#environment ??= environmentOf(this.#world, this.#volumes));
    removePod(environment.cache, pod);
    withdraw(environment.nominator, pod.metadata.uid ?? "");
    const answer = ask(environment);
    show(environment, pod);
    return answer;
  }
}

/** A profile with the configuration that it stands in. */
interface ServingProfile {
  readonly profile: Profile;
  readonly config: SchedulerConfig;
}

function optionsOf({ config }: ServingProfile): ScheduleOptions {
  return { start: 0, percentageOfNodesToScore: config.percentageOfNodesToScore };
}

/** All that an attempt looks at, made anew from what is stored. */
function environmentOf(world: World, volumes: boolean): Environment {
  const environment: Environment = {
    cache: emptyCache(),
    nominator: emptyNominator(),
    objects: objectsOf(world),
    now: world.now,
    mutants: new Set(),
    ...(volumes && { volumes }),
  };
  for (const node of world.objects("nodes").values()) putNode(environment.cache, cast<Node>(node));
  for (const pod of cast<Iterable<Pod>>(world.objects("pods").values())) show(environment, pod);
  return environment;
}

function show({ cache, nominator }: Environment, pod: Pod): void {
  if (isTerminal(pod)) return;
  if (nodeOf(pod) !== "") putPod(cache, pod);
  else nominate(nominator, pod);
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

function podNamed(world: World, name: string): Pod {
  const pods = world.objects("pods");
  const key = name.includes("/") ? name : `default/${name}`;
  const found =
    pods.get(key) ?? [...pods].filter(([other]) => other.startsWith(key)).sort(([a], [b]) => compareText(a, b))[0]?.[1];
  if (found === undefined)
    throw new InputError(
      `no pod ${key} at the end of the plan; expected one of ${[...pods.keys()].sort().slice(0, 10).join(", ") || "none: there are no pods"}`,
    );
  return cast<Pod>(found);
}

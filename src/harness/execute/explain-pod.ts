import type { Pod } from "../../api/types/core-v1.ts";
import { InputError } from "../../base/input-error.ts";
import { compareText } from "../../base/order.ts";
import { cast } from "../../base/units.ts";
import type { World } from "../../cluster/world.ts";
import type { Explanation } from "../../scheduler/explain.ts";
import { explain } from "../../scheduler/explain.ts";
import type { SchedulerPlan } from "../plan/plan.ts";
import { environmentOf, profileFor } from "./scheduling-view.ts";

/** Explains the decision of a plan's schedulers for a pod as the cluster stands now, as if the pod were still pending. */
export function explainPod(
  world: World,
  name: string,
  schedulers: readonly SchedulerPlan[] | undefined,
  volumes: boolean,
): Explanation {
  const found = podNamed(world, name);
  const { nodeName: _bound, ...spec } = found.spec;
  const pod = { ...found, spec };
  const schedulerName = pod.spec.schedulerName ?? "default-scheduler";
  const serving = profileFor(pod, schedulers);
  if (serving === undefined)
    return {
      pod: `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`,
      schedulerName,
      nodes: [],
      skipped: { filter: [], score: [] },
      why: `it is not tried: no scheduler has a profile for schedulerName ${schedulerName}`,
    };
  const { profile, config } = serving;
  const options = { start: 0, percentageOfNodesToScore: config.percentageOfNodesToScore };
  return explain(environmentOf(world, pod, volumes), profile, pod, options);
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

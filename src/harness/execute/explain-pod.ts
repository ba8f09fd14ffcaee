import { InputError } from "../../base/input-error.ts";
import { cast } from "../../base/units.ts";
import { present } from "../../base/assert.ts";
import { objectKey } from "../../api/object.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import type { World } from "../../cluster/world.ts";
import { emptyCache, putNode, putPod } from "../../scheduler/cache/cache.ts";
import type { Explanation } from "../../scheduler/explain.ts";
import { explain } from "../../scheduler/explain.ts";
import type { Objects } from "../../scheduler/framework/objects.ts";
import { schedulerConfig } from "../../scheduler/framework/profile.ts";
import { emptyNominator } from "../../scheduler/queue/nominator.ts";

/** Explains the decision for a pod as the cluster stands now, as if the pod were still pending. */
export function explainPod(world: World, name: string): Explanation {
  const pod = podNamed(world, name);
  const cache = emptyCache();
  for (const node of world.objects("nodes").values()) putNode(cache, cast<Node>(node));
  for (const other of cast<Iterable<Pod>>(world.objects("pods").values()))
    if (
      other !== pod &&
      (other.spec.nodeName ?? "") !== "" &&
      other.status?.phase !== "Succeeded" &&
      other.status?.phase !== "Failed"
    )
      putPod(cache, other);
  const config = schedulerConfig();
  const profile = present(
    config.profiles.get(pod.spec.schedulerName ?? "default-scheduler") ?? config.profiles.values().next().value,
    "a profile",
  );
  const environment = {
    cache,
    nominator: emptyNominator(),
    objects: objectsOf(world),
    now: world.now,
    mutants: new Set<string>(),
  };
  const { nodeName: _bound, ...spec } = pod.spec;
  return explain(
    environment,
    profile,
    { ...pod, spec },
    { start: 0, percentageOfNodesToScore: config.percentageOfNodesToScore },
  );
}

function podNamed(world: World, name: string): Pod {
  const pods = world.objects("pods");
  const key = name.includes("/") ? name : `default/${name}`;
  const found =
    pods.get(key) ?? [...pods].filter(([other]) => other.startsWith(key)).sort(([a], [b]) => (a < b ? -1 : 1))[0]?.[1];
  if (found === undefined)
    throw new InputError(
      `no pod ${key} at the end of the plan; expected one of ${[...pods.keys()].sort().slice(0, 10).join(", ") || "none: there are no pods"}`,
    );
  return cast<Pod>(found);
}

function objectsOf(world: World): Objects {
  return {
    get: (resource, key) => world.objects(resource).get(key),
    list: (resource) => [...world.objects(resource).values()],
    inNamespace: (resource, namespace) =>
      [...world.objects(resource).values()].filter((object: ApiObject) =>
        objectKey(object).startsWith(`${namespace}/`),
      ),
  };
}

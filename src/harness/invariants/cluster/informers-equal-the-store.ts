import { cast } from "../../../base/units.ts";
import { objectKey } from "../../../api/object.ts";
import type { Lister } from "../../../client/informer.ts";
import type { World } from "../../../cluster/world.ts";
import type { Invariant, Violation } from "../invariant.ts";

const NAME = "informers-equal-the-store";

/** What the processes of the control plane watch without a selector. */
const BELIEFS: { readonly [process: string]: readonly string[] } = {
  "kube-scheduler": ["nodes", "pods"],
  "kube-controller-manager": [
    "pods",
    "nodes",
    "replicasets.apps",
    "deployments.apps",
    "services",
    "endpointslices.discovery.k8s.io",
  ],
};

/** No phantom, no gap, nothing old. */
export const informersEqualTheStore: Invariant<null> = {
  name: NAME,
  catalogue: ["22", "45", "I4", "I8"],
  expectation: "eventually",
  statement: "Once the cluster is quiet, every informer of the control plane holds exactly what is stored.",
  source: "client-go: reflector and informer; api-concepts: efficient detection of changes",
  resources: [],
  init: () => null,
  atEnd(_memory, world) {
    const found: Violation[] = [];
    for (const process of world.processes) {
      const resources = BELIEFS[process.name.replace(/\/.*/, "")];
      const listers = resources === undefined || !process.up ? undefined : world.beliefs(process.name);
      if (resources === undefined || listers === undefined) continue;
      for (const resource of resources) {
        const difference = firstDifference(listers.of(resource), resource, world);
        if (difference !== undefined)
          found.push({
            invariant: NAME,
            at: world.now,
            object: `${process.name} ${resource}`,
            sentence: `The informer of ${process.name} for ${resource} ${difference}.`,
          });
      }
    }
    return found;
  },
};

function firstDifference(lister: Lister, resource: string, world: World): string | undefined {
  const stored = world.objects(resource);
  for (const object of lister.list()) {
    const key = objectKey(object);
    const truth = stored.get(key);
    if (truth === undefined) return `still holds ${key}, which is gone`;
    if (truth.metadata.resourceVersion !== object.metadata.resourceVersion)
      return `holds ${key} at resourceVersion ${object.metadata.resourceVersion}; stored is ${truth.metadata.resourceVersion}`;
  }
  for (const [key, object] of stored) if (!hasEnded(object) && lister.get(key) === undefined) return `lacks ${key}`;
  return undefined;
}

/** kube-scheduler does not watch pods that have ended. */
function hasEnded(object: unknown): boolean {
  const phase = cast<{ readonly status?: { readonly phase?: string } }>(object).status?.phase;
  return phase === "Succeeded" || phase === "Failed";
}

import { cast } from "../../../base/units.ts";
import { mapSelectorMatches } from "../../../api/label-selector.ts";
import type { Pod, Service } from "../../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../../api/types/discovery-v1.ts";
import { compareText } from "../../../base/order.ts";
import type { World } from "../../../cluster/world.ts";
import { asPod, changedLately, isReady, isTerminal, isTerminating } from "../../survivability/pod.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { about } from "../violation.ts";

const NAME = "slices-show-the-ready-pods";

/** What a Service is told to reach is what its selector means. */
export const slicesShowTheReadyPods: Invariant<null> = {
  name: NAME,
  catalogue: ["93", "I31"],
  expectation: "eventually",
  statement:
    "The ready endpoints of a Service's slices are exactly the ready, non-terminating pods that its selector matches.",
  source: "concepts/services-networking/endpoint-slices; KEP-752",
  resources: [],
  init: () => null,
  atEnd(_memory, world) {
    const found: Violation[] = [];
    const published = readyPodsByService(world);
    for (const [key, object] of world.objects("services")) {
      const service = cast<Service>(object);
      if (service.spec.type === "ExternalName" || Object.keys(service.spec.selector ?? {}).length === 0) continue;
      if (isTerminating(service) || podsChangedLately(service, world)) continue;
      const shown = published.get(key) ?? new Set<string>();
      const meant = selectedPods(service, world);
      const missing = [...meant.keys()].filter((uid) => !shown.has(uid)).map((uid) => meant.get(uid) ?? uid);
      const extra = [...shown].filter((uid) => !meant.has(uid));
      if (missing.length > 0)
        found.push(about(NAME, world.now, service, `Its slices lack the ready pod ${missing.sort(compareText)[0]}.`));
      else if (extra.length > 0)
        found.push(
          about(
            NAME,
            world.now,
            service,
            `Its slices show a ready endpoint for the pod with uid ${extra[0]}, which is not ready or not selected.`,
          ),
        );
    }
    return found;
  },
};

function readyPodsByService(world: World): Map<string, Set<string>> {
  const result = new Map<string, Set<string>>();
  for (const object of world.objects("endpointslices.discovery.k8s.io").values()) {
    const slice = cast<EndpointSlice>(object);
    const labels = slice.metadata.labels ?? {};
    if (labels["endpointslice.kubernetes.io/managed-by"] !== "endpointslice-controller.k8s.io") continue;
    const key = `${slice.metadata.namespace}/${labels["kubernetes.io/service-name"]}`;
    let pods = result.get(key);
    if (pods === undefined) result.set(key, (pods = new Set()));
    for (const { conditions, targetRef } of slice.endpoints ?? [])
      if (conditions?.ready !== false && targetRef?.uid !== undefined) pods.add(targetRef.uid);
  }
  return result;
}

/** uid → name of the pods that must be ready endpoints. */
function selectedPods(service: Service, world: World): Map<string, string> {
  const result = new Map<string, string>();
  for (const object of world.objects("pods").values()) {
    const pod = asPod(object);
    if (
      pod.metadata.namespace !== service.metadata.namespace ||
      !mapSelectorMatches(service.spec.selector, pod.metadata.labels)
    )
      continue;
    if (counts(pod, service)) result.set(pod.metadata.uid, pod.metadata.name);
  }
  return result;
}

function podsChangedLately(service: Service, world: World): boolean {
  for (const object of world.objects("pods").values())
    if (object.metadata.namespace === service.metadata.namespace && changedLately(asPod(object), world.now))
      return true;
  return false;
}

function counts(pod: Pod, service: Service): boolean {
  if (isTerminal(pod) || (pod.status?.podIP ?? "") === "") return false;
  return service.spec.publishNotReadyAddresses === true || (isReady(pod) && !isTerminating(pod));
}

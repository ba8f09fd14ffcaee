import { cast } from "../../../base/units.ts";
import { selectorMatches } from "../../../api/label-selector.ts";
import type { NetworkPolicy } from "../../../api/types/networking-v1.ts";
import type { World } from "../../../cluster/world.ts";
import { asPod, nodeOf } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import { about, byControllerManager } from "../violation.ts";

const NAME = "policies-outlive-their-pods";

/** CVE-2024-7598: else the last moments of a pod are without the rules that it was meant to live under. */
export const policiesOutliveTheirPods: Invariant<null> = {
  name: NAME,
  catalogue: ["34", "I35"],
  expectation: "always",
  statement: "A namespace that ends loses its NetworkPolicies only after the pods that they select have stopped.",
  source: "KEP-5080: ordered namespace deletion; pkg/controller/namespace/deletion",
  resources: ["networkpolicies.networking.k8s.io"],
  init: () => null,
  onChange(_memory, { at, by, before, after }, world) {
    if (before === undefined || after !== undefined || !byControllerManager(by)) return undefined;
    const namespace = before.metadata.namespace ?? "";
    if (world.objects("namespaces").get(namespace)?.metadata.deletionTimestamp === undefined) return undefined;
    const pod = runningPod(cast<NetworkPolicy>(before), namespace, world);
    if (pod === undefined) return undefined;
    return about(NAME, at, before, `${by} removed it while the pod ${pod} runs, which it selects.`);
  },
};

function runningPod({ spec }: NetworkPolicy, namespace: string, world: World): string | undefined {
  for (const object of world.objects("pods").values()) {
    if (object.metadata.namespace !== namespace) continue;
    if (!selectorMatches(spec?.podSelector ?? {}, object.metadata.labels ?? {})) continue;
    const { uid, name } = object.metadata;
    const containers = world.containers(nodeOf(asPod(object)));
    if (containers.some((one) => one.running && one.podUid === uid)) return name;
  }
  return undefined;
}

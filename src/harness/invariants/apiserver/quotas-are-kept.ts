import { cast } from "../../../base/units.ts";
import { quantityMilli, quantityValue } from "../../../api/quantity.ts";
import type { ApiObject, Resource } from "../../../api/object.ts";
import type { Pod, ResourceQuota } from "../../../api/types/core-v1.ts";
import type { World } from "../../../cluster/world.ts";
import { isTerminal } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import { podRequests } from "../../survivability/requests.ts";
import { about } from "../violation.ts";

const NAME = "quotas-are-kept";
const COUNTED: readonly Resource[] = ["pods", "services", "configmaps", "secrets", "persistentvolumeclaims"];

/** A quota without scopes is a bound on what there is in its namespace whenever something is added. */
export const quotasAreKept: Invariant<null> = {
  name: NAME,
  catalogue: ["25", "I12"],
  expectation: "always",
  statement: "No creation is admitted that takes the objects or requests of a namespace beyond a ResourceQuota.",
  source: "concepts/policy/resource-quotas; plugin/pkg/admission/resourcequota",
  resources: COUNTED,
  init: () => null,
  onChange(_memory, { at, before, after }, world) {
    if (before !== undefined || after === undefined) return undefined;
    const { namespace } = after.metadata;
    for (const object of world.objects("resourcequotas").values()) {
      const quota = cast<ResourceQuota>(object);
      const { scopes, scopeSelector } = quota.spec ?? {};
      if (quota.metadata.namespace !== namespace || scopes !== undefined || scopeSelector !== undefined) continue;
      const hard = quota.status?.hard ?? {};
      for (const name in hard) {
        const limit = name.endsWith("cpu") ? quantityMilli(hard[name]) : quantityValue(hard[name]);
        const used = usage(name, namespace ?? "", world);
        if (used !== undefined && used > limit)
          return about(
            NAME,
            at,
            after,
            `It takes ${name} beyond the ${hard[name]} of ResourceQuota ${quota.metadata.name}.`,
          );
      }
    }
    return undefined;
  },
};

/** What a namespace uses of a quota's item, CPU in thousandths; undefined: not judged here. */
function usage(name: string, namespace: string, world: World): number | undefined {
  const counted = name.replace(/^count\//, "");
  const requested = name.replace(/^requests\./, "");
  const isRequest = requested === "cpu" || requested === "memory";
  if (!isRequest && !COUNTED.includes(counted)) return undefined;
  let sum = 0;
  for (const object of world.objects(isRequest ? "pods" : counted).values())
    if (object.metadata.namespace === namespace && !hasEnded(object))
      sum += isRequest ? (podRequests(cast<Pod>(object))[requested] ?? 0) : 1;
  return sum;
}

function hasEnded(object: ApiObject): boolean {
  return object.kind === "Pod" && isTerminal(cast<Pod>(object));
}

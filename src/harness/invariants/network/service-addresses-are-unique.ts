import { cast } from "../../../base/units.ts";
import type { Service } from "../../../api/types/core-v1.ts";
import type { Invariant } from "../invariant.ts";
import { about } from "../violation.ts";

/** Holder's key by what it holds: "10.96.0.10", "TCP 30080", "health 31000". */
type Memory = Map<string, string>;

const NAME = "service-addresses-are-unique";

/** Allocators hand nothing out twice. */
export const serviceAddressesAreUnique: Invariant<Memory> = {
  name: NAME,
  catalogue: ["104", "I13"],
  expectation: "always",
  statement: "No two Services share a cluster IP, a node port of one protocol, or a health check node port.",
  source: "concepts/services-networking/cluster-ip-allocation; registry/core/service/ipallocator, portallocator",
  resources: ["services"],
  init: () => new Map(),
  onChange(memory, { at, key, before, after }) {
    if (before !== undefined)
      for (const thing of held(cast<Service>(before))) if (memory.get(thing) === key) memory.delete(thing);
    if (after === undefined) return undefined;
    let clash: string | undefined;
    for (const thing of held(cast<Service>(after))) {
      const holder = memory.get(thing);
      if (holder === undefined) memory.set(thing, key);
      else if (holder !== key) clash ??= `It has ${thing}, which Service ${holder} has already.`;
    }
    return clash === undefined ? undefined : about(NAME, at, after, clash);
  },
};

function held({ spec }: Service): Set<string> {
  const things = new Set<string>();
  for (const ip of spec.clusterIPs ?? [spec.clusterIP ?? ""])
    if (ip !== "" && ip !== "None") things.add(`cluster IP ${ip}`);
  for (const { nodePort, protocol } of spec.ports ?? [])
    if (nodePort !== undefined && nodePort !== 0) things.add(`${protocol ?? "TCP"} node port ${nodePort}`);
  if ((spec.healthCheckNodePort ?? 0) !== 0) things.add(`health check node port ${spec.healthCheckNodePort}`);
  return things;
}

import { cast } from "../../../base/units.ts";
import type { Service } from "../../../api/types/core-v1.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { about } from "../violation.ts";

const NAME = "connections-spread-evenly";

/** The rules of an iptables proxy print a probability with ten decimals. */
const TOLERANCE = 1e-6;

/** The product of the probabilities along the rules, not each probability, is what a connection meets. */
export const connectionsSpreadEvenly: Invariant<null> = {
  name: NAME,
  catalogue: ["96", "I32"],
  expectation: "eventually",
  statement: "Of the connections to a Service's cluster IP each of n endpoints gets one n-th, from every node.",
  source: "reference/networking/virtual-ips: iptables proxy mode picks a backend at random",
  resources: [],
  init: () => null,
  atEnd(_memory, world, { reach }) {
    const found: Violation[] = [];
    if (reach === undefined) return found;
    const nodes = [...world.objects("nodes").keys()].filter((node) => world.powered(node));
    for (const [key, object] of world.objects("services")) {
      const service = cast<Service>(object);
      if ((service.spec.clusterIP ?? "") === "" || service.spec.clusterIP === "None") continue;
      for (const { port } of service.spec.ports ?? [])
        for (const node of nodes) {
          const uneven = firstUneven(reach(node, key, port));
          if (uneven === undefined) continue;
          found.push(about(NAME, world.now, service, `From ${node} its port ${port} leads ${uneven}.`));
          break;
        }
    }
    return found;
  },
};

function firstUneven(shares: ReadonlyMap<string, number>): string | undefined {
  const fair = 1 / shares.size;
  for (const [address, share] of shares)
    if (Math.abs(share - fair) > TOLERANCE)
      return `${percent(share)} of the connections to ${address} instead of ${percent(fair)}`;
  return undefined;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

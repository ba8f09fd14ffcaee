import fc from "fast-check";
import { z } from "zod";
import type { Fault } from "./fault.ts";
import { anyPick, nodesIn, pick, picked, zoneNames } from "./pick.ts";
import type { Pick } from "./pick.ts";

interface Params {
  readonly zone: Pick;
}

interface Memory {
  readonly zone?: string;
  readonly nodes: readonly string[];
}

/** Turns all nodes of a zone off; they boot again at the end. */
export const zoneOutage: Fault<Params, Memory> = {
  name: "zone-outage",
  catalogue: ["F13", "F17"],
  statement: "All nodes of a zone lose power and boot again.",
  available: (topology) => topology.zones > 1,
  params: () => fc.record({ zone: anyPick }),
  schema: z.strictObject({ zone: pick }),
  minMs: 5000,
  start(params, { world, levers }) {
    const zone = picked(params.zone, zoneNames(world));
    if (zone === undefined) return { nodes: [] };
    const nodes = nodesIn(world, zone);
    for (const node of nodes) levers.powerOff(node);
    return { zone, nodes };
  },
  stop(_params, { levers, held }, { nodes }) {
    for (const node of nodes) if (!held(`power/${node}`)) levers.powerOn(node);
  },
  holds: (_params, { nodes }) => nodes.map((node) => `power/${node}`),
  harm: (_params, { zone, nodes }) =>
    zone === undefined
      ? { kind: "fault", what: "no zone was down" }
      : { kind: "zone-loss", what: `${zone} was down`, nodes, zone },
};

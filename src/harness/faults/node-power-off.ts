import fc from "fast-check";
import { z } from "zod";
import type { Fault } from "./fault.ts";
import { anyPick, nodeNames, pick, picked } from "./pick.ts";
import type { Pick } from "./pick.ts";

interface Params {
  readonly node: Pick;
}

interface Memory {
  readonly node?: string;
}

/** Turns a node off: its kubelet, kube-proxy and containers are gone at once; it boots again at the end. */
export const nodePowerOff: Fault<Params, Memory> = {
  name: "node-power-off",
  catalogue: ["F17"],
  statement: "A node loses power and boots again.",
  available: (topology) => topology.nodes > 0,
  params: () => fc.record({ node: anyPick }),
  schema: z.strictObject({ node: pick }),
  minMs: 5000,
  start(params, { world, levers }) {
    const node = picked(params.node, nodeNames(world));
    if (node === undefined) return {};
    levers.powerOff(node);
    return { node };
  },
  stop(_params, { levers, held }, { node }) {
    if (node !== undefined && !held(`power/${node}`)) levers.powerOn(node);
  },
  holds: (_params, { node }) => (node === undefined ? [] : [`power/${node}`]),
  harm: (_params, { node }) =>
    node === undefined
      ? { kind: "fault", what: "no node lost power" }
      : { kind: "node-loss", what: `${node} was powered off`, nodes: [node] },
};

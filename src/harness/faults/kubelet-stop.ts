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

/** Stops the kubelet of a node; its containers go on running. */
export const kubeletStop: Fault<Params, Memory> = {
  name: "kubelet-stop",
  catalogue: ["F17"],
  statement: "A kubelet stops while its pods keep running, and starts again.",
  available: (topology) => topology.nodes > 0,
  params: () => fc.record({ node: anyPick }),
  schema: z.strictObject({ node: pick }),
  minMs: 5000,
  start(params, { world, levers }) {
    const node = picked(params.node, nodeNames(world));
    if (node === undefined) return {};
    levers.crash(`kubelet/${node}`);
    return { node };
  },
  stop(_params, { levers, world, held }, { node }) {
    if (node !== undefined && world.powered(node) && !held(`down/kubelet/${node}`)) levers.restart(`kubelet/${node}`);
  },
  holds: (_params, { node }) => (node === undefined ? [] : [`down/kubelet/${node}`]),
  harm: (_params, { node }) =>
    node === undefined
      ? { kind: "fault", what: "no kubelet stopped" }
      : { kind: "node-loss", what: `the kubelet of ${node} was stopped`, nodes: [node] },
};

import fc from "fast-check";
import { z } from "zod";
import { word } from "../plan/fields.ts";
import { pass } from "./fault.ts";
import type { Fault } from "./fault.ts";
import { anyPick, nodeNames, pick, picked } from "./pick.ts";
import type { Pick } from "./pick.ts";

interface Params {
  readonly node: Pick;
  /** Which messages get lost: to the server, from it, or both. */
  readonly direction: "both" | "to-server" | "from-server";
}

interface Memory {
  readonly node?: string;
}

/** Cuts a node off from the API server; what runs on it goes on running. */
export const nodePartition: Fault<Params, Memory> = {
  name: "node-partition",
  catalogue: ["F13"],
  statement: "A node cannot talk to the API server, in one or both directions.",
  available: (topology) => topology.nodes > 0,
  params: () => fc.record({ node: anyPick, direction: fc.constantFrom("both", "to-server", "from-server") }),
  schema: z.strictObject({ node: pick, direction: word("both", "to-server", "from-server").default("both") }),
  minMs: 5000,
  start(params, { world }) {
    const node = picked(params.node, nodeNames(world));
    return node === undefined ? {} : { node };
  },
  stop: () => undefined,
  onMessage: (params, message, _now, { node }) =>
    node !== undefined &&
    message.node === node &&
    (params.direction === "both" || params.direction === message.direction)
      ? { do: "drop" }
      : pass,
  heartbeats: (_params, { node }) => (node === undefined ? [] : [node]),
  harm: (_params, { node }) =>
    node === undefined
      ? { kind: "fault", what: "no node was cut off" }
      : { kind: "node-loss", what: `${node} was cut off`, nodes: [node] },
};

import type { Node, Taint } from "../../api/types/core-v1.ts";

const NO_TAINTS: readonly Taint[] = [];

/** The taints of a node that evict. */
export function noExecuteTaints(node: Node | undefined): readonly Taint[] {
  const taints = node?.spec?.taints;
  return taints === undefined ? NO_TAINTS : taints.filter(({ effect }) => effect === "NoExecute");
}

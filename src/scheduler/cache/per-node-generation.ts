import type { SchedulerCache } from "./cache.ts";
import type { NodeInfo } from "./node-info.ts";
import { cloneNodeInfo } from "./node-info.ts";

/** Counts of changes of each node, which begin anew with the node, in place of one count for all: the planted bug SCH-05. Plain data. */
export interface PerNodeGenerations {
  /** By name. */
  readonly current: Map<string, number>;
  /** What the last snapshot showed of each node, and the count at which it was copied. */
  readonly shown: Map<string, { readonly generation: number; readonly info: NodeInfo }>;
  /** The cache's own infos, in the order of the snapshot. */
  list: NodeInfo[];
}

/** Lets the snapshots of a cache be copies, made anew when a node's own count differs from that of its copy. */
export function countPerNode(cache: SchedulerCache): void {
  cache.perNode = { current: new Map(), shown: new Map(), list: [] };
}

/** A node changed. */
export function noteGeneration({ perNode }: SchedulerCache, name: string): void {
  perNode?.current.set(name, (perNode.current.get(name) ?? 0) + 1);
}

/** Puts copies in the place of the infos that the snapshot lists. */
export function showCopies({ perNode, nodes, snapshot }: SchedulerCache): void {
  if (perNode === undefined) return;
  perNode.list = snapshot.list;
  for (const name of perNode.shown.keys()) if (!nodes.has(name)) perNode.shown.delete(name);
  snapshot.list = perNode.list.map((own) => {
    const generation = perNode.current.get(own.name) ?? 0;
    const known = perNode.shown.get(own.name);
    if (known?.generation === generation) return known.info;
    const info = cloneNodeInfo(own);
    perNode.shown.set(own.name, { generation, info });
    return info;
  });
}

// HOT: only nodes with nominated pods are judged; filter-nodes.ts is the slow oracle.
import type { Pod } from "../../api/types/core-v1.ts";
import { addPodToNode, cloneNodeInfo } from "../cache/node-info.ts";
import { podPriority, podUid } from "../cache/pod-info.ts";
import { filterOnce } from "../filter-nodes.ts";
import type { Environment } from "../framework/cycle.ts";
import type { Status } from "../framework/status.ts";
import { status } from "../framework/status.ts";
import type { Gate } from "./gate.ts";
import type { LocalTable } from "./local-table.ts";

const CROWDED: Status = status("", "Unschedulable", "crowded by nominated pods");
const NONE: readonly Gate[] = [];

/** Each row is a domain of its own; 0: closed for the decision at hand. */
let rows: Int32Array = new Int32Array(0);
let open: Int32Array = new Int32Array(0);
const closed: number[] = [];

/**
 * A gate that closes the nodes on which the pod would not fit beside the pods of at least its priority that are nominated
 * there. For pods that only look at the node itself; good until the next decision.
 */
export function nominatedGates({ nominator, cache }: Environment, table: LocalTable, pod: Pod): readonly Gate[] {
  const { list } = cache.snapshot;
  if (rows.length < list.length) {
    rows = Int32Array.from({ length: list.length }, (_, row) => row);
    open = new Int32Array(list.length).fill(1);
  } else for (const row of closed) open[row] = 1;
  closed.length = 0;
  const priority = podPriority(pod);
  const uid = podUid(pod);
  for (const [name, pods] of nominator.byNode) {
    const node = cache.nodes.get(name);
    if (node === undefined || node.row < 0 || (table.total[node.row] as number) < 0) continue;
    const others = pods.filter((other) => podPriority(other) >= priority && podUid(other) !== uid);
    if (others.length === 0) continue;
    const crowded = cloneNodeInfo(node);
    for (const other of others) addPodToNode(crowded, other);
    if (filterOnce(table.cycle, table.podFilters, crowded) === undefined) continue;
    open[node.row] = 0;
    closed.push(node.row);
  }
  if (closed.length === 0) return NONE;
  return [{ domain: rows, sums: open, least: 1, most: 1, absent: CROWDED, outside: CROWDED }];
}

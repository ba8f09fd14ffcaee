import { timestamp } from "../../base/time.ts";
import type { Millis } from "../../base/units.ts";
import type { Node, NodeCondition, Taint } from "../../api/types/core-v1.ts";
import type { Write } from "../../client/controller.ts";
import { ignoring, patch } from "../requests.ts";

export const NOT_READY = "node.kubernetes.io/not-ready";
export const UNREACHABLE = "node.kubernetes.io/unreachable";
const UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

const KEYS: { readonly [condition: string]: { readonly [status: string]: string } } = {
  Ready: { False: NOT_READY, Unknown: UNREACHABLE },
  MemoryPressure: { True: "node.kubernetes.io/memory-pressure" },
  DiskPressure: { True: "node.kubernetes.io/disk-pressure" },
  NetworkUnavailable: { True: "node.kubernetes.io/network-unavailable" },
  PIDPressure: { True: "node.kubernetes.io/pid-pressure" },
};
const OWN_KEYS: ReadonlySet<string> = new Set([
  ...Object.values(KEYS).flatMap((keys) => Object.values(keys)),
  UNSCHEDULABLE,
]);
const NO_TAINTS: readonly Taint[] = [];

/** The Ready condition of a node. */
export function readyCondition(node: Node): NodeCondition | undefined {
  return node.status?.conditions?.find(({ type }) => type === "Ready");
}

/** Keys of the NoSchedule taints that the node's conditions and spec.unschedulable ask for. */
export function wantedNoSchedule(node: Node): readonly string[] {
  const keys: string[] = [];
  for (const { type, status } of node.status?.conditions ?? []) {
    const key = KEYS[type]?.[status];
    if (key !== undefined) keys.push(key);
  }
  if (node.spec?.unschedulable === true) keys.push(UNSCHEDULABLE);
  return keys;
}

/** Whether the node has a taint. */
export function hasTaint(node: Node, key: string, effect: string): boolean {
  return node.spec?.taints?.some((taint) => taint.key === key && taint.effect === effect) === true;
}

/** The node's taints with the NoSchedule taints of its conditions; the same array when nothing changes. */
export function withNoSchedule(
  taints: readonly Taint[] | undefined,
  wanted: readonly string[],
  now: Millis,
): readonly Taint[] {
  const before = taints ?? NO_TAINTS;
  const stale = (taint: Taint): boolean =>
    taint.effect === "NoSchedule" && OWN_KEYS.has(taint.key) && !wanted.includes(taint.key);
  const missing = wanted.filter((key) => !before.some((taint) => taint.key === key && taint.effect === "NoSchedule"));
  if (missing.length === 0 && !before.some(stale)) return before;
  const added = missing.map((key): Taint => ({ key, effect: "NoSchedule", timeAdded: timestamp(now) }));
  return [...before.filter((taint) => !stale(taint)), ...added];
}

/** The taints with the NoExecute taint `add` (none: undefined) and without the opposite one; same array if unchanged. */
export function withNoExecute(taints: readonly Taint[], add: string | undefined, now: Millis): readonly Taint[] {
  const unwanted = (taint: Taint): boolean =>
    taint.effect === "NoExecute" && (taint.key === NOT_READY || taint.key === UNREACHABLE) && taint.key !== add;
  const missing = add !== undefined && !taints.some((taint) => taint.key === add && taint.effect === "NoExecute");
  if (!missing && !taints.some(unwanted)) return taints;
  const rest = taints.filter((taint) => !unwanted(taint));
  return missing ? [...rest, { key: add, effect: "NoExecute", timeAdded: timestamp(now) }] : rest;
}

/** PATCH of all taints, refused if the node has changed meanwhile. */
export function patchTaints(node: Node, taints: readonly Taint[]): Write {
  const { name, resourceVersion } = node.metadata;
  const body = { metadata: { resourceVersion }, spec: { taints: taints.length > 0 ? taints : null } };
  return ignoring(patch({ resource: "nodes", name }, "strategic", body), "NotFound");
}

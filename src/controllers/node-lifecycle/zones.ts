import { compareText } from "../../base/order.ts";
import { cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import type { Node } from "../../api/types/core-v1.ts";
import type { Intents, Sync, Write } from "../../client/controller.ts";
import { tickAfter } from "../ticks.ts";
import type { NodeLifecycleMemory, ZoneQueue, ZoneState } from "./memory.ts";
import type { NodeMonitorOptions } from "./options.ts";
import { NOT_READY, UNREACHABLE, hasTaint, patchTaints, readyCondition, withNoExecute } from "./taints.ts";

/** NodeEvictionPeriod: how often waiting nodes are looked at. */
export const PASS_MS: Millis = 100;
const EXCLUDED = "node.kubernetes.io/exclude-disruption";

/** Region and zone of a node as one text; "" when it has neither. */
export function zoneOf({ metadata }: Node): string {
  const region = metadata.labels?.["topology.kubernetes.io/region"] ?? "";
  const zone = metadata.labels?.["topology.kubernetes.io/zone"] ?? "";
  return region === "" && zone === "" ? "" : `${region}:\u0000:${zone}`;
}

/** Puts a node into its zone's queue for a NoExecute taint. */
export function enqueueForTaint(
  memory: NodeLifecycleMemory,
  node: Node,
  options: NodeMonitorOptions,
  now: Millis,
): void {
  const zone = zoneOf(node);
  const queue = memory.zones.get(zone) ?? freshQueue(options, now);
  const { name } = node.metadata;
  if (!queue.waiting.includes(name)) memory.zones.set(zone, { ...queue, waiting: [...queue.waiting, name] });
}

/** Takes a node out of its zone's queue. */
export function dequeue(memory: NodeLifecycleMemory, node: Node): void {
  const zone = zoneOf(node);
  const queue = memory.zones.get(zone);
  const { name } = node.metadata;
  if (queue?.waiting.includes(name) === true)
    memory.zones.set(zone, { ...queue, waiting: queue.waiting.filter((other) => other !== name) });
}

/** Settles the states of all zones, then taints what their rates allow. */
export function reconcileZones(
  sync: Sync<NodeLifecycleMemory>,
  options: NodeMonitorOptions,
): Intents<NodeLifecycleMemory> {
  const { memory, now } = sync;
  const writes: Write[] = settleStates(sync, options);
  let next = Number.POSITIVE_INFINITY;
  for (const [zone, queue] of memory.zones) {
    let { nextAt } = queue;
    const left: string[] = [];
    for (const name of queue.waiting) {
      if (queue.rate === 0 || nextAt > now) {
        left.push(name);
        continue;
      }
      const write = taintWrite(sync, name);
      if (write === undefined) continue;
      writes.push(write);
      nextAt = Math.max(now, nextAt) + 1000 / queue.rate;
    }
    if (left.length !== queue.waiting.length) memory.zones.set(zone, { ...queue, nextAt, waiting: left });
    if (left.length > 0 && queue.rate > 0) next = Math.min(next, nextAt);
  }
  if (awaitsMonitor(sync)) next = Math.min(next, tickAfter(now, options.periodMs) + PASS_MS);
  return {
    writes: writes.length > 0 ? [writes] : [],
    memory,
    ...(Number.isFinite(next) && { requeueAfter: Math.max(PASS_MS, Math.ceil((next - now) / PASS_MS) * PASS_MS) }),
  };
}

/** Some node lacks its NoExecute taint and will be put into a queue by the next round of the monitor. */
function awaitsMonitor({ listers, memory }: Sync<NodeLifecycleMemory>): boolean {
  for (const object of listers.of("nodes").list()) {
    const node = cast<Node>(object);
    const status = readyCondition(node)?.status;
    if (status === undefined || status === "True") continue;
    const queue = memory.zones.get(zoneOf(node));
    if (queue === undefined || queue.rate === 0 || queue.waiting.includes(node.metadata.name)) continue;
    if (!hasTaint(node, status === "False" ? NOT_READY : UNREACHABLE, "NoExecute")) return true;
  }
  return false;
}

function taintWrite({ listers, now }: Sync<NodeLifecycleMemory>, name: string): Write | undefined {
  const node = cast<Node | undefined>(listers.of("nodes").get(name));
  if (node === undefined) return undefined;
  const status = readyCondition(node)?.status;
  if (status === undefined || status === "True") return undefined;
  const before = node.spec?.taints ?? [];
  const after = withNoExecute(before, status === "False" ? NOT_READY : UNREACHABLE, now);
  return after === before ? undefined : patchTaints(node, after);
}

function settleStates(sync: Sync<NodeLifecycleMemory>, options: NodeMonitorOptions): Write[] {
  const { memory, now } = sync;
  const nodes = cast<readonly Node[]>([...sync.listers.of("nodes").list()]);
  const states = zoneStates(nodes, options);
  const wasDown = memory.zones.size > 0 && [...memory.zones.values()].every(({ state }) => state === "FullDisruption");
  for (const zone of memory.zones.keys()) if (!states.has(zone)) memory.zones.delete(zone);
  const isDown = states.size > 0 && [...states.values()].every(({ state }) => state === "FullDisruption");
  for (const zone of states.keys()) if (!memory.zones.has(zone)) memory.zones.set(zone, freshQueue(options, now));
  if (isDown && wasDown) return [];
  if (isDown) {
    for (const [zone, queue] of memory.zones)
      memory.zones.set(zone, { ...queue, state: "FullDisruption", rate: 0, waiting: [] });
    return nodes.flatMap((node) => untaint(node, now));
  }
  if (wasDown) for (const [name, health] of memory.health) memory.health.set(name, { ...health, probeAt: now });
  for (const [zone, { state, size }] of states) {
    const queue = memory.zones.get(zone);
    if (queue === undefined || queue.state === state) continue;
    const rate =
      state === "PartialDisruption"
        ? size > options.largeZone
          ? options.secondaryEvictionRate
          : 0
        : options.evictionRate;
    // A new limiter starts full, unless the old one was just waited for.
    const drained = queue.nextAt > now || queue.rate === 0;
    memory.zones.set(zone, { ...queue, state, rate, nextAt: drained && rate > 0 ? now + 1000 / rate : now });
  }
  return [];
}

function untaint(node: Node, now: Millis): readonly Write[] {
  const before = node.spec?.taints ?? [];
  const after = withNoExecute(before, undefined, now);
  return after === before ? [] : [patchTaints(node, after)];
}

function zoneStates(
  nodes: readonly Node[],
  { unhealthyZone }: NodeMonitorOptions,
): ReadonlyMap<string, { readonly state: ZoneState; readonly size: number }> {
  const counts = new Map<string, { ready: number; notReady: number }>();
  for (const node of nodes) {
    if (node.metadata.labels?.[EXCLUDED] !== undefined) continue;
    const zone = zoneOf(node);
    let count = counts.get(zone);
    if (count === undefined) counts.set(zone, (count = { ready: 0, notReady: 0 }));
    if (readyCondition(node)?.status === "True") count.ready += 1;
    else count.notReady += 1;
  }
  const states = new Map<string, { readonly state: ZoneState; readonly size: number }>();
  for (const [zone, { ready, notReady }] of [...counts].sort(([a], [b]) => compareText(a, b))) {
    const size = ready + notReady;
    const partial = notReady > 2 && notReady / size >= unhealthyZone;
    states.set(zone, { size, state: ready === 0 ? "FullDisruption" : partial ? "PartialDisruption" : "Normal" });
  }
  return states;
}

function freshQueue({ evictionRate }: NodeMonitorOptions, now: Millis): ZoneQueue {
  return { state: "Initial", rate: evictionRate, nextAt: now, waiting: [] };
}

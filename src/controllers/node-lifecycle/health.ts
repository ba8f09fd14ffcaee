import { parseTimestamp, timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Lease } from "../../api/types/coordination-v1.ts";
import type { Node, NodeCondition } from "../../api/types/core-v1.ts";
import type { Listers } from "../../client/informer.ts";
import { tickAtOrAfter } from "../ticks.ts";
import type { NodeHealth, NodeLifecycleMemory } from "./memory.ts";
import type { NodeMonitorOptions } from "./options.ts";
import { readyCondition } from "./taints.ts";

export const LEASES = "leases.coordination.k8s.io";
/** Nodes whose heartbeats are not skipped in closed form; `since`: the last heartbeat that was. */
export const DISTURBANCES = "disturbances.shakedown";

/** An object of the pseudo resource `DISTURBANCES`. */
export interface Disturbance extends ApiObject {
  readonly since: Millis;
}

const WATCHED = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

/** Whether the node's heartbeats are really sent, or really missing. */
export function disturbanceOf(node: Node, listers: Listers): Disturbance | undefined {
  return cast<Disturbance | undefined>(listers.of(DISTURBANCES).get(node.metadata.name));
}

/** Notes new signs of life and says when the last one was noticed. */
export function observeHealth(
  node: Node,
  memory: NodeLifecycleMemory,
  listers: Listers,
  { now, options }: { readonly now: Millis; readonly options: NodeMonitorOptions },
): Millis {
  const { name, creationTimestamp } = node.metadata;
  const ready = readyCondition(node);
  const heartbeat = ready?.lastHeartbeatTime ?? (ready === undefined ? undefined : "");
  const renewed = cast<Lease | undefined>(listers.of(LEASES).get(`kube-node-lease/${name}`))?.spec?.renewTime;
  const known = memory.health.get(name);
  const disturbance = disturbanceOf(node, listers);
  let probeAt = known?.probeAt ?? (ready === undefined ? parseTimestamp(creationTimestamp) : now);
  if (known !== undefined && known.heartbeat !== heartbeat) probeAt = now;
  if (renewed !== undefined && (known?.renewed === undefined || known.renewed < renewed)) probeAt = now;
  const isNew = known === undefined || known.heartbeat !== heartbeat || known.renewed !== renewed;
  if (isNew || known.probeAt !== probeAt) memory.health.set(name, { probeAt, heartbeat, renewed } satisfies NodeHealth);
  if (disturbance === undefined) return ready === undefined ? probeAt : now;
  // A heartbeat that was skipped would have been noticed at the next round.
  const skipped = tickAtOrAfter(disturbance.since, options.periodMs);
  if (known === undefined && ready !== undefined && renewed === undefined) return skipped;
  return Math.max(skipped, probeAt);
}

/** The node as it is when its kubelet has been silent too long; undefined when that is already said. */
export function silenced(node: Node, now: Millis): Node | undefined {
  const time = timestamp(now);
  let changed = false;
  let conditions: readonly NodeCondition[] = node.status?.conditions ?? [];
  for (const type of WATCHED) {
    const current = conditions.find((condition) => condition.type === type);
    if (current?.status === "Unknown") continue;
    changed ||= type === "Ready";
    if (current === undefined) {
      const never: NodeCondition = {
        type,
        status: "Unknown",
        lastHeartbeatTime: node.metadata.creationTimestamp,
        lastTransitionTime: time,
        reason: "NodeStatusNeverUpdated",
        message: "Kubelet never posted node status.",
      };
      conditions = [...conditions, never];
      continue;
    }
    const stopped: NodeCondition = {
      ...current,
      status: "Unknown",
      lastTransitionTime: time,
      reason: "NodeStatusUnknown",
      message: "Kubelet stopped posting node status.",
    };
    conditions = conditions.map((condition) => (condition === current ? stopped : condition));
  }
  return changed ? cast<Node>({ ...node, status: { ...node.status, conditions } }) : undefined;
}

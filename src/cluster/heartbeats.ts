import type { Resource } from "../api/object.ts";
import { cast } from "../base/units.ts";
import type { Millis } from "../base/units.ts";
import { timestamp } from "../base/time.ts";
import type { ApiObject } from "../api/object.ts";
import type { Node } from "../api/types/core-v1.ts";
import type { Lease } from "../api/types/coordination-v1.ts";
import type { KubeletState } from "../kubelet/state.ts";
import type { Core } from "./core.ts";
import type { Change } from "./world.ts";

/** The pseudo-resource by which controllers learn whose heartbeats are real. */
export const DISTURBANCES: Resource = "disturbances.shakedown";

/** Tells components that a node's heartbeats begin or cease to be real. */
export interface HeartbeatListener {
  kubelet(node: string, event: "disturbed" | "calm"): void;
  controllers(node: string, object: ApiObject | undefined): void;
}

/**
 * Which nodes really renew their leases. A quiet node's renewals would change nothing, so they are skipped in closed
 * form; a cause (a fault, a process that is down) makes them real until it is gone and a renewal was seen.
 */
export class Heartbeats {
  readonly #core: Core;
  readonly #listener: HeartbeatListener;

  constructor(core: Core, listener: HeartbeatListener) {
    this.#core = core;
    this.#listener = listener;
  }

  quiet(node: string | undefined): boolean {
    if (this.#core.spec.mode === "slow") return false;
    return node === undefined || !this.#core.state.disturbed.has(node);
  }

  disturb(node: string, cause: string): void {
    const { disturbed } = this.#core.state;
    const known = disturbed.get(node);
    if (known !== undefined) {
      known.causes.add(cause);
      return;
    }
    const since = this.#lastRenewal(node);
    disturbed.set(node, { since, causes: new Set([cause]) });
    this.#listener.kubelet(node, "disturbed");
    this.#listener.controllers(node, disturbanceObject(node, since));
  }

  /** Takes one cause away; the node stays disturbed until it shows a sign of life. */
  release(node: string, cause: string): void {
    this.#core.state.disturbed.get(node)?.causes.delete(cause);
  }

  /** Sees every commit: a renewal of a node without a cause, and Ready, ends its disturbance. */
  onChange({ resource, after }: Change): void {
    const { disturbed } = this.#core.state;
    if (disturbed.size === 0 || after === undefined || resource !== "leases.coordination.k8s.io") return;
    const name = after.metadata.name;
    const known = disturbed.get(name);
    if (known === undefined || known.causes.size > 0 || cast<Lease>(after).spec?.holderIdentity !== name) return;
    const node = this.#core.server.objects("nodes").get(name);
    if (node !== undefined && !isHealthy(cast<Node>(node))) return;
    disturbed.delete(name);
    this.#listener.kubelet(name, "calm");
    this.#listener.controllers(name, undefined);
  }

  /** The objects of the pseudo-resource, for an informer that begins. */
  objects(): readonly ApiObject[] {
    return [...this.#core.state.disturbed].map(([node, { since }]) => disturbanceObject(node, since));
  }

  #lastRenewal(node: string): Millis {
    const kubelet = this.#core.state.processes.get(`kubelet/${node}`);
    if (kubelet === undefined || kubelet.memory === undefined) return this.#core.now;
    return lastRenewal(cast<KubeletState>(kubelet.memory), this.#core.now);
  }
}

/** Period of lease renewals. */
const RENEW_MS: Millis = 10_000;

/** The newest tick of the kubelet's lease at or before `now`, which was skipped in closed form. */
function lastRenewal({ lease, startedAt }: KubeletState, now: Millis): Millis {
  if (lease.object === undefined) return now;
  return startedAt + Math.floor((now - startedAt) / RENEW_MS) * RENEW_MS;
}

function isHealthy(node: Node): boolean {
  const ready =
    node.status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ?? false;
  return (
    ready &&
    !(node.spec.taints ?? []).some(
      (taint) => taint.key === "node.kubernetes.io/unreachable" || taint.key === "node.kubernetes.io/not-ready",
    )
  );
}

function disturbanceObject(node: string, since: Millis): ApiObject {
  return cast<ApiObject>({
    apiVersion: "shakedown/v1",
    kind: "Disturbance",
    metadata: { name: node, uid: node, resourceVersion: `${since}`, creationTimestamp: timestamp(since) },
    since,
  });
}

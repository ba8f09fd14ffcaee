import type { Millis } from "../../base/units.ts";

/** What was last seen of a node's signs of life. */
export interface NodeHealth {
  /** When a new sign of life was last noticed. */
  readonly probeAt: Millis;
  /** Ready condition's heartbeat when last looked; undefined: it had none. */
  readonly heartbeat: string | undefined;
  /** The lease's renewTime when last looked. */
  readonly renewed: string | undefined;
}

export type ZoneState = "Initial" | "Normal" | "PartialDisruption" | "FullDisruption";

/** The nodes of one zone that wait for their NoExecute taint, and how fast they may get it. */
export interface ZoneQueue {
  readonly state: ZoneState;
  /** Nodes per second; 0: none at all. */
  readonly rate: number;
  /** When the next node may be tainted (a bucket of one token). */
  readonly nextAt: Millis;
  readonly waiting: readonly string[];
}

/** The controller's own memory; its maps belong to it alone and are changed in place. */
export interface NodeLifecycleMemory {
  readonly health: Map<string, NodeHealth>;
  /** When each node is looked at next by the monitor. */
  readonly due: Map<string, Millis>;
  /** Nodes whose pods still have to be marked not ready. */
  readonly marking: Set<string>;
  readonly zones: Map<string, ZoneQueue>;
}

/** Nothing is known after a start: every node is as good as alive. */
export function emptyMemory(): NodeLifecycleMemory {
  return { health: new Map(), due: new Map(), marking: new Set(), zones: new Map() };
}

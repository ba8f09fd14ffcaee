import { SECOND } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";

/** The controller manager's flags about nodes. */
export interface NodeMonitorOptions {
  /** --node-monitor-period */
  readonly periodMs: Millis;
  /** --node-monitor-grace-period */
  readonly graceMs: Millis;
  /** --node-startup-grace-period */
  readonly startupGraceMs: Millis;
  /** --node-eviction-rate, nodes per second. */
  readonly evictionRate: number;
  /** --secondary-node-eviction-rate, nodes per second in a large zone that is partly down. */
  readonly secondaryEvictionRate: number;
  /** --large-cluster-size-threshold */
  readonly largeZone: number;
  /** --unhealthy-zone-threshold */
  readonly unhealthyZone: number;
}

/** Upstream's defaults. */
export const nodeMonitorDefaults: NodeMonitorOptions = {
  periodMs: 5 * SECOND,
  graceMs: 50 * SECOND,
  startupGraceMs: 60 * SECOND,
  evictionRate: 0.1,
  secondaryEvictionRate: 0.01,
  largeZone: 50,
  unhealthyZone: 0.55,
};

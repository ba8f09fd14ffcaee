import { ambiguousOutcome } from "./ambiguous-outcome.ts";
import { cacheRefill } from "./cache-refill.ts";
import { compaction } from "./compaction.ts";
import { componentCrash } from "./component-crash.ts";
import { componentPause } from "./component-pause.ts";
import { containerCrash } from "./container-crash.ts";
import type { Fault } from "./fault.ts";
import { kubeletStop } from "./kubelet-stop.ts";
import { messageDelay } from "./message-delay.ts";
import { messageLoss } from "./message-loss.ts";
import { nodePartition } from "./node-partition.ts";
import { nodePowerOff } from "./node-power-off.ts";
import { staleCache } from "./stale-cache.ts";
import { staleWatch } from "./stale-watch.ts";
import { watchBreak } from "./watch-break.ts";
import { zoneOutage } from "./zone-outage.ts";

/** All kinds of fault, one line each. */
const faults: readonly Fault[] = [
  componentCrash,
  componentPause,
  ambiguousOutcome,
  staleWatch,
  watchBreak,
  messageDelay,
  messageLoss,
  nodePartition,
  nodePowerOff,
  zoneOutage,
  containerCrash,
  kubeletStop,
  compaction,
  staleCache,
  cacheRefill,
];

const byName: ReadonlyMap<string, Fault> = new Map(faults.map((fault) => [fault.name, fault]));

/** The fault of that name. */
export function faultNamed(name: string): Fault | undefined {
  return byName.get(name);
}

/** The names of all faults. */
export function faultNames(): string[] {
  return [...byName.keys()];
}

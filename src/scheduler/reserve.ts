import type { NodeInfo } from "./cache/node-info.ts";
import type { Cycle } from "./framework/cycle.ts";
import type { Status } from "./framework/status.ts";
import { isRejected, messageOf, status } from "./framework/status.ts";

/** Runs the Reserve plugins for the chosen node; after a failure what they took is given back. Undefined: all is reserved. */
export function runReserve(cycle: Cycle, node: NodeInfo): Status | undefined {
  for (const plugin of cycle.profile.plugins.reserve) {
    const verdict = plugin.reserve?.(cycle, node);
    if (verdict === undefined) continue;
    unreserve(cycle, node);
    if (isRejected(verdict)) return verdict;
    return status("", "Error", `running Reserve plugin "${plugin.name}": ${messageOf(verdict)}`);
  }
  return undefined;
}

function unreserve(cycle: Cycle, node: NodeInfo): void {
  for (const plugin of [...cycle.profile.plugins.reserve].reverse()) plugin.unreserve?.(cycle, node);
}

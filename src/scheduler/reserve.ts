import type { NodeInfo } from "./cache/node-info.ts";
import type { Cycle } from "./framework/cycle.ts";
import type { Status } from "./framework/status.ts";
import { isRejected, messageOf, status } from "./framework/status.ts";

/** Runs the Reserve plugins for the chosen node; after a failure what they took is given back. Undefined: all is reserved. */
export function runReserve(cycle: Cycle, node: NodeInfo): Status | undefined {
  for (const plugin of cycle.profile.plugins.reserve) {
    const verdict = plugin.reserve?.(cycle, node);
    if (verdict !== undefined) return refused(cycle, node, verdict, `running Reserve plugin "${plugin.name}"`);
  }
  return undefined;
}

/** Runs the Permit and then the PreBind plugins, which may refuse the binding; what was reserved is given back then. */
export function runPermitAndPreBind(cycle: Cycle, node: NodeInfo): Status | undefined {
  const { permit, preBind } = cycle.profile.plugins;
  for (const plugin of permit) {
    const verdict = plugin.permit?.(cycle, node);
    if (verdict !== undefined) return refused(cycle, node, verdict, `running Permit plugin "${plugin.name}"`);
  }
  for (const plugin of preBind) {
    const verdict = plugin.preBind?.(cycle, node);
    if (verdict !== undefined) return refused(cycle, node, verdict, `running PreBind plugin "${plugin.name}"`);
  }
  return undefined;
}

/** Nobody could end a wait, so that Wait fails like an error. */
function refused(cycle: Cycle, node: NodeInfo, verdict: Status, what: string): Status {
  unreserve(cycle, node);
  if (isRejected(verdict)) return verdict;
  const why = verdict.code === "Wait" ? "waiting is not supported" : messageOf(verdict);
  return status("", "Error", `${what}: ${why}`);
}

function unreserve(cycle: Cycle, node: NodeInfo): void {
  for (const plugin of [...cycle.profile.plugins.reserve].reverse()) plugin.unreserve?.(cycle, node);
}

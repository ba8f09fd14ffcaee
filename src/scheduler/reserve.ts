import type { Millis } from "../base/units.ts";
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

const NO_WAITS: ReadonlyMap<string, Millis> = new Map();

/** What the Permit plugins say: a verdict, or how long which of them let the pod wait at most; neither: it may be bound. */
export function runPermit(
  cycle: Cycle,
  node: NodeInfo,
): { readonly verdict?: Status; readonly waits: ReadonlyMap<string, Millis> } {
  const { permit } = cycle.profile.plugins;
  if (permit.length === 0) return { waits: NO_WAITS };
  const waits = new Map<string, Millis>();
  for (const plugin of permit) {
    const verdict = plugin.permit?.(cycle, node);
    if (verdict?.code === "Wait") waits.set(plugin.name, verdict.waitMs ?? 0);
    else if (verdict !== undefined)
      return { verdict: refused(cycle, node, verdict, `running Permit plugin "${plugin.name}"`), waits };
  }
  return { waits };
}

/** Runs the PreBind plugins, which may refuse the binding; what was reserved is given back then. */
export function runPreBind(cycle: Cycle, node: NodeInfo): Status | undefined {
  for (const plugin of cycle.profile.plugins.preBind) {
    const verdict = plugin.preBind?.(cycle, node);
    if (verdict !== undefined) return refused(cycle, node, verdict, `running PreBind plugin "${plugin.name}"`);
  }
  return undefined;
}

function refused(cycle: Cycle, node: NodeInfo, verdict: Status, what: string): Status {
  unreserve(cycle, node);
  return isRejected(verdict) ? verdict : status("", "Error", `${what}: ${messageOf(verdict)}`);
}

/** Gives back what the Reserve plugins took, in the opposite order. */
export function unreserve(cycle: Cycle, node: NodeInfo): void {
  for (const plugin of [...cycle.profile.plugins.reserve].reverse()) plugin.unreserve?.(cycle, node);
}

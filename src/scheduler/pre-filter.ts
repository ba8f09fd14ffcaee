import type { Pod } from "../api/types/core-v1.ts";
import { compareText } from "../base/order.ts";
import { refreshSnapshot } from "./cache/cache.ts";
import { specInfo } from "./cache/pod-info.ts";
import type { Cycle, Environment } from "./framework/cycle.ts";
import type { Plugin } from "./framework/plugin.ts";
import type { Profile } from "./framework/profile.ts";
import type { Status } from "./framework/status.ts";
import { status } from "./framework/status.ts";

/** The state of a new attempt, on an up-to-date snapshot. */
export function newCycle(environment: Environment, profile: Profile, pod: Pod): Cycle {
  const { cache, nominator, objects, now, mutants, volumes, waitingPods, columns } = environment;
  return {
    cache,
    nominator,
    objects,
    now,
    mutants,
    volumes,
    waitingPods,
    columns,
    pod,
    info: specInfo(pod),
    profile,
    snapshot: refreshSnapshot(cache),
    state: new Map(),
    skipFilter: new Set(),
    skipScore: new Set(),
  };
}

/** Runs the PreFilter plugins, or some of them; nodes that several name are intersected. */
export function runPreFilter(
  cycle: Cycle,
  takes?: (plugin: Plugin) => boolean,
): {
  readonly verdict?: Status;
  readonly narrowed?: { readonly names: readonly string[]; readonly by: readonly string[] };
} {
  let rejected: Status | undefined;
  let names: ReadonlySet<string> | undefined;
  const by: string[] = [];
  for (const plugin of cycle.profile.plugins.preFilter) {
    if (takes !== undefined && !takes(plugin)) continue;
    const answer = plugin.preFilter?.(cycle);
    if (answer === undefined) continue;
    const verdict = answer.status;
    if (verdict !== undefined) {
      if (verdict.code === "Skip") cycle.skipFilter.add(plugin.name);
      else if (verdict.code === "Unschedulable") rejected = verdict;
      else return { verdict };
    }
    if (answer.nodeNames === undefined) continue;
    const own = answer.nodeNames;
    names = names === undefined ? own : new Set([...names].filter((name) => own.has(name)));
    by.push(plugin.name);
    if (names.size === 0) return { verdict: emptyIntersection(by) };
  }
  if (rejected !== undefined) return { verdict: rejected };
  return names === undefined ? {} : { narrowed: { names: [...names], by } };
}

function emptyIntersection(by: readonly string[]): Status {
  const sorted = [...by].sort(compareText);
  const text =
    sorted.length === 1
      ? `node(s) didn't satisfy plugin ${sorted[0]}`
      : `node(s) didn't satisfy plugin(s) [${sorted.join(" ")}] simultaneously`;
  return status("", "UnschedulableAndUnresolvable", text);
}

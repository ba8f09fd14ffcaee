import type { Profile } from "../framework/profile.ts";
import { isInTree } from "../framework/registry.ts";
import type { ClusterEvent, EventRegistration } from "./event-registration.ts";
import { ACTION, eventMatches } from "./event-registration.ts";

/** An interest and the plugin that has it. */
export interface PluginRegistration extends EventRegistration {
  readonly plugin: string;
  /** Stands for Node/Add of a node that was tainted when it came. */
  readonly forTaintedNodes?: true;
}

/** What a plugin of the user's own waits for when it does not say: anything may help. */
const ANYTHING: readonly EventRegistration[] = [{ resource: "*", actions: ACTION.All }];

const known = new WeakMap<Profile, readonly PluginRegistration[]>();

/**
 * All registrations of a profile's plugins. A plugin that waits for new nodes, but not for changed taints, is woken by
 * these too: a node is often added with a taint that goes later.
 */
export function registrationsOf(profile: Profile): readonly PluginRegistration[] {
  let all = known.get(profile);
  if (all === undefined) {
    all = collect(profile);
    known.set(profile, all);
  }
  return all;
}

/** Whether any plugin of any profile asked for the event. */
export function isOfInterest(profiles: Iterable<Profile>, event: ClusterEvent): boolean {
  if (event.resource === "*") return true;
  for (const profile of profiles)
    for (const registration of registrationsOf(profile)) if (eventMatches(registration, event)) return true;
  return false;
}

function collect(profile: Profile): readonly PluginRegistration[] {
  const { preEnqueue, preFilter, filter, reserve, permit } = profile.plugins;
  const plugins = new Set([...preEnqueue, ...preFilter, ...filter, ...reserve, ...permit]);
  const all: PluginRegistration[] = [];
  for (const plugin of plugins) {
    const own = plugin.events?.(profile.args) ?? (isInTree(plugin) ? [] : ANYTHING);
    for (const registration of own) all.push({ plugin: plugin.name, ...registration });
    const onNode = (action: number): boolean =>
      own.some(({ resource, actions }) => resource === "Node" && (actions & action) !== 0);
    if (onNode(ACTION.Add) && !onNode(ACTION.UpdateNodeTaint))
      all.push({ plugin: plugin.name, resource: "Node", actions: ACTION.UpdateNodeTaint, forTaintedNodes: true });
  }
  return all;
}

import type { ApiObject } from "../../api/object.ts";
import { podUid } from "../cache/pod-info.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import type { ClusterEvent } from "./event-registration.ts";
import type { EventRegistration } from "./event-registration.ts";
import { ACTION, eventMatches } from "./event-registration.ts";
import { registrationsOf } from "./registrations.ts";
import type { QueueContext } from "./scheduling-queue.ts";
import type { QueuedPodInfo } from "./state.ts";

/** Where an event sends a waiting pod. */
export type Strategy = "skip" | "afterBackoff" | "immediately";

/** Asks the hints of the plugins that rejected the pod whether the event may help it. */
export function strategyFor(
  { profiles, objects, mutants }: QueueContext,
  info: QueuedPodInfo,
  event: ClusterEvent,
  before: ApiObject | undefined,
  after: ApiObject | undefined,
): Strategy {
  const { pod, unschedulablePlugins, pendingPlugins } = info;
  if (unschedulablePlugins.size === 0 && pendingPlugins.size === 0) return "afterBackoff";
  if (event.resource === "*")
    return after?.kind === "Pod" && podUid(cast<Pod>(after)) !== podUid(pod) ? "skip" : "afterBackoff";
  const profile = profiles.get(pod.spec.schedulerName ?? "default-scheduler");
  if (profile === undefined) return "skip";
  let strategy: Strategy = "skip";
  for (const registration of registrationsOf(profile)) {
    const { plugin, hint } = registration;
    if (!unschedulablePlugins.has(plugin) && !pendingPlugins.has(plugin)) continue;
    if (!eventMatches(registration, event)) continue;
    if (registration.forTaintedNodes === true && mutants.has("SCH-29")) continue;
    const change = { pod, args: profile.args, objects, ...(before !== undefined && { before }) };
    if (hint !== undefined && !hint(after === undefined ? change : { after, ...change })) continue;
    if (pendingPlugins.has(plugin)) return "immediately";
    strategy = "afterBackoff";
    if (pendingPlugins.size === 0) return strategy;
  }
  return strategy;
}

const POD_DELETE: EventRegistration = { resource: "Pod", actions: ACTION.Delete };

/** A gated pod is woken only by an event that its gating plugin registered for. */
export function isGatedFor(
  { profiles, isPreempting }: QueueContext,
  info: QueuedPodInfo,
  event: ClusterEvent,
): boolean {
  if (info.gatingPlugin === undefined) return false;
  const profile = profiles.get(info.pod.spec.schedulerName ?? "default-scheduler");
  if (profile === undefined || event.resource === "*") return true;
  // DefaultPreemption registers for deletions of pods only where it works beside the loop.
  if (info.gatingPlugin === "DefaultPreemption" && isPreempting !== undefined && eventMatches(POD_DELETE, event))
    return false;
  return !registrationsOf(profile).some(
    (registration) => registration.plugin === info.gatingPlugin && eventMatches(registration, event),
  );
}

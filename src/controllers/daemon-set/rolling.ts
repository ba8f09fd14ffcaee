import type { Pod } from "../../api/types/core-v1.ts";
import { scaledValue } from "../int-or-percent.ts";
import type { Changes } from "./manage.ts";
import { isDaemonAvailable, isUpdated } from "./view.ts";
import type { DaemonView, Place } from "./view.ts";

/** Number of nodes that should have a daemon pod. */
export function desiredNodes({ places }: DaemonView): number {
  return places.filter(({ placement }) => placement.shouldRun).length;
}

/** Extra pods that a rollout may have, rounded up. */
export function maxSurgeOf(view: DaemonView): number {
  const strategy = view.set.spec?.updateStrategy;
  return strategy?.type === "RollingUpdate"
    ? scaledValue(strategy.rollingUpdate?.maxSurge, desiredNodes(view), true)
    : 0;
}

function maxUnavailableOf(view: DaemonView): number {
  const rolling = view.set.spec?.updateStrategy?.rollingUpdate;
  const value = scaledValue(rolling?.maxUnavailable ?? 1, desiredNodes(view), true);
  return value === 0 && maxSurgeOf(view) === 0 ? 1 : value;
}

/** The next pods of a rollout: with surge new ones come first, without old ones go first. */
export function rollOut(view: DaemonView, changes: Changes): void {
  if (maxSurgeOf(view) > 0) rollWithSurge(view, changes);
  else rollInPlace(view, changes);
}

/** The one new and the one old pod of a node; undefined while there are doubles, which are cleaned up first. */
function pairOn({ pods }: Place, view: DaemonView): { readonly fresh?: Pod; readonly old?: Pod } | undefined {
  const living = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const [fresh, secondFresh] = living.filter((pod) => isUpdated(pod, view));
  const [old, secondOld] = living.filter((pod) => !isUpdated(pod, view));
  if (secondFresh !== undefined || secondOld !== undefined) return undefined;
  return { ...(fresh !== undefined && { fresh }), ...(old !== undefined && { old }) };
}

function rollInPlace(view: DaemonView, changes: Changes): void {
  const most = maxUnavailableOf(view);
  const sick: Pod[] = [];
  const candidates: Pod[] = [];
  let unavailable = 0;
  for (const place of view.places) {
    if (!place.placement.shouldRun) continue;
    const { fresh, old } = pairOn(place, view) ?? {};
    if ((fresh === undefined) === (old === undefined)) unavailable += 1;
    else if (fresh !== undefined) unavailable += isDaemonAvailable(fresh, view) ? 0 : 1;
    else if (old !== undefined && !isDaemonAvailable(old, view)) {
      sick.push(old);
      unavailable += 1;
    } else if (old !== undefined && unavailable < most) candidates.push(old);
  }
  changes.remove.push(...sick, ...candidates.slice(0, Math.max(0, most - unavailable)));
}

function rollWithSurge(view: DaemonView, changes: Changes): void {
  const most = maxSurgeOf(view);
  const free: string[] = [];
  const candidates: string[] = [];
  let surge = 0;
  for (const place of view.places) {
    if (!place.placement.shouldRun) continue;
    const pair = pairOn(place, view);
    if (pair === undefined) {
      surge += 1;
      continue;
    }
    const { fresh, old } = pair;
    if (old === undefined) continue;
    const { name } = place.node.metadata;
    if (fresh !== undefined) {
      if (isDaemonAvailable(fresh, view)) changes.remove.push(old);
      else surge += 1;
    } else if (!isDaemonAvailable(old, view)) free.push(name);
    else if (surge < most) candidates.push(name);
  }
  changes.create.push(...free, ...candidates.slice(0, Math.max(0, most - surge)));
}

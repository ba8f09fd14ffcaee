import { deepEqual } from "../../api/equal.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Change } from "../../cluster/world.ts";
import type { Disturbance } from "../expectations/expectation.ts";
import { workload } from "./pod-template.ts";
import { rolloutComplete } from "./rollout-status.ts";

/** Rollouts and scalings under way, by key of the Deployment: plain data. */
export interface RolloutMemory {
  readonly open: Map<string, Disturbance>;
}

/** Nothing under way. */
export function noRollouts(): RolloutMemory {
  return { open: new Map() };
}

/** Told of every write to deployments.apps, whoever made it: what began and what ended by it. */
export function rolloutDisturbances(memory: RolloutMemory, change: Change): readonly Disturbance[] {
  if (change.resource !== "deployments.apps") return [];
  const { key, at, before, after } = change;
  const open = memory.open.get(key);
  const began =
    before !== undefined && after !== undefined && before.metadata.generation !== after.metadata.generation
      ? beginning(change, before, after)
      : undefined;
  const over = open !== undefined && (began !== undefined || after === undefined || rolloutComplete(after));
  const told: Disturbance[] = [];
  if (over) {
    memory.open.delete(key);
    told.push({ ...open, until: at });
  }
  if (began !== undefined) {
    memory.open.set(key, began);
    told.push(began);
  }
  return told;
}

function beginning(change: Change, before: ApiObject, after: ApiObject): Disturbance | undefined {
  const was = workload(before).spec;
  const is = workload(after).spec;
  const { name } = after.metadata;
  const base = { at: change.at, key: change.key };
  if (!deepEqual(was?.template, is?.template))
    return { ...base, id: `rollout-${change.revision}`, kind: "rollout", what: `Deployment ${name} was rolled out` };
  if (was?.replicas !== is?.replicas)
    return {
      ...base,
      id: `scale-${change.revision}`,
      kind: "scale",
      what: `Deployment ${name} was scaled from ${was?.replicas ?? 1} to ${is?.replicas ?? 1}`,
    };
  return undefined;
}

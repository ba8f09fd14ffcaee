import fc from "fast-check";
import { z } from "zod";
import type { Resource } from "../../api/object.ts";
import type { World } from "../../cluster/world.ts";
import { anyPick, anyProcess, pick, picked, processOf, processPick, watchedBy } from "./pick.ts";
import type { Pick, ProcessPick } from "./pick.ts";

/** One watch: of a process, a resource by name or the (n mod count)-th of those that it watches. */
export interface WatchPick {
  readonly process: ProcessPick;
  readonly resource: Pick;
}

/** The fields of a watch in a fault's schema. */
export const watchFields: { readonly process: z.ZodType<ProcessPick>; readonly resource: z.ZodType<Pick> } = {
  process: processPick,
  resource: pick,
};

/** Any watch. */
export const anyWatch: { readonly process: fc.Arbitrary<ProcessPick>; readonly resource: fc.Arbitrary<Pick> } = {
  process: anyProcess,
  resource: anyPick,
};

/** The watch that is meant; undefined when the process does not exist. */
export function watchOf(
  chosen: WatchPick,
  world: World,
): { readonly process: string; readonly resource: Resource } | undefined {
  const process = processOf(chosen.process, world);
  if (process === undefined) return undefined;
  const resource = typeof chosen.resource === "string" ? chosen.resource : picked(chosen.resource, watchedBy(process));
  return resource === undefined ? undefined : { process, resource };
}

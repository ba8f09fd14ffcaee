import { z } from "zod";
import { duration as asDuration } from "../plan/fields.ts";
import type { Millis } from "../../base/units.ts";
import type { World } from "../../cluster/world.ts";
import type { Blocker } from "../findings/stall.ts";
import { blockerOfDrain } from "../findings/stall.ts";
import { duration } from "../findings/words.ts";
import type { Disturbance, Finding, ManifestExpectation } from "./expectation.ts";

export interface DrainParams {
  readonly withinMs: Millis;
}

export interface DrainMemory {
  readonly params: DrainParams;
  /** Drains that go on, by id; what blocked them when time was up. */
  readonly open: Map<string, { readonly disturbance: Disturbance; late: boolean; blocker: Blocker | undefined }>;
}

const NAME = "drain-completes";

/** Maintenance can go ahead. */
export const drainCompletes: ManifestExpectation<DrainParams, DrainMemory> = {
  name: NAME,
  statement: "Every drain of a node ends within a bound.",
  params: z.strictObject({ withinMs: asDuration.default(300_000) }),
  resources: ["pods", "poddisruptionbudgets.policy"],
  init: (params) => ({ params, open: new Map() }),
  onChange(memory, change, world) {
    for (const drain of memory.open.values()) {
      if (drain.late || change.at <= drain.disturbance.at + memory.params.withinMs) continue;
      drain.late = true;
      drain.blocker = blockerOf(drain.disturbance, world);
    }
    return undefined;
  },
  onDisturbance(memory, disturbance, world) {
    const { kind, id, until, at } = disturbance;
    if (kind !== "drain") return undefined;
    if (until === undefined) {
      memory.open.set(id, { disturbance, late: false, blocker: undefined });
      return undefined;
    }
    const drain = memory.open.get(id);
    memory.open.delete(id);
    const left = blockerOf(disturbance, world);
    const gaveUp = left !== undefined && left.object.startsWith("PodDisruptionBudget");
    if (drain === undefined || (until <= at + memory.params.withinMs && !gaveUp)) return undefined;
    return [finding(disturbance, until, !gaveUp, drain.blocker ?? left)];
  },
  atEnd(memory, world) {
    return [...memory.open.values()]
      .filter(({ disturbance }) => world.now > disturbance.at + memory.params.withinMs)
      .map(({ disturbance, blocker }) =>
        finding(disturbance, world.now, false, blocker ?? blockerOf(disturbance, world)),
      );
  },
};

function blockerOf({ nodes }: Disturbance, world: World): Blocker | undefined {
  for (const node of nodes ?? []) {
    const blocker = blockerOfDrain(node, world);
    if (blocker !== undefined) return blocker;
  }
  return undefined;
}

function finding(
  { at, what, kind, nodes }: Disturbance,
  ends: Millis,
  recovered: boolean,
  blocker: Blocker | undefined,
): Finding {
  const node = nodes?.join(", ") ?? "the node";
  const { object, cause } = blocker ?? { object: `Node ${node}`, cause: "its pods took long to end" };
  const durationMs = ends - at;
  const time = duration(durationMs);
  const sentence = recovered
    ? `The drain of ${node} took ${time}: ${object}: ${cause}`
    : `The drain of ${node} had not ended after ${time}: ${object}: ${cause}`;
  return { expectation: NAME, object, sentence, at, durationMs, during: what, disturbance: kind, cause, recovered };
}

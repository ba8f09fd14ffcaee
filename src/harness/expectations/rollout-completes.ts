import { z } from "zod";
import { duration as asDuration } from "../plan/fields.ts";
import { cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import type { Deployment } from "../../api/types/apps-v1.ts";
import { causeOfStall } from "../findings/stall.ts";
import { duration, objectName } from "../findings/words.ts";
import type { Disturbance, Finding, ManifestExpectation } from "./expectation.ts";

export interface RolloutParams {
  readonly withinMs: Millis;
}

export interface RolloutMemory {
  readonly params: RolloutParams;
  /** Rollouts that are not complete, by key of the Deployment; the cause as it was when time was up. */
  readonly open: Map<string, { readonly disturbance: Disturbance; cause: string | undefined }>;
}

const NAME = "rollout-completes";

/** A new version arrives everywhere in time. */
export const rolloutCompletes: ManifestExpectation<RolloutParams, RolloutMemory> = {
  name: NAME,
  statement: "Every rollout is complete within a bound: all pods updated and available.",
  params: z.strictObject({ withinMs: asDuration.default(600_000) }),
  resources: ["deployments.apps", "pods"],
  init: (params) => ({ params, open: new Map() }),
  onChange(memory, change, world) {
    if (memory.open.size === 0) return undefined;
    for (const [key, rollout] of memory.open) {
      if (rollout.cause !== undefined || change.at <= rollout.disturbance.at + memory.params.withinMs) continue;
      const deployment = cast<Deployment | undefined>(world.objects("deployments.apps").get(key));
      if (deployment !== undefined) rollout.cause = causeOfStall(deployment, world);
    }
    const rollout = change.resource === "deployments.apps" ? memory.open.get(change.key) : undefined;
    if (rollout === undefined) return undefined;
    const deployment = cast<Deployment | undefined>(change.after);
    if (deployment !== undefined && deployment.spec.paused !== true && !isComplete(deployment)) return undefined;
    return close(memory, change.key, change.at, deployment !== undefined && isComplete(deployment));
  },
  onDisturbance(memory, disturbance) {
    const { kind, key, until } = disturbance;
    if (kind !== "rollout" || key === undefined) return undefined;
    if (until === undefined) {
      memory.open.set(key, { disturbance, cause: undefined });
      return undefined;
    }
    return memory.open.get(key)?.disturbance.id === disturbance.id ? close(memory, key, until, true) : undefined;
  },
  atEnd(memory, world) {
    return [...memory.open].flatMap(([key, { disturbance, cause }]) => {
      const deployment = cast<Deployment | undefined>(world.objects("deployments.apps").get(key));
      if (
        deployment === undefined ||
        deployment.spec.paused === true ||
        world.now <= disturbance.at + memory.params.withinMs
      )
        return [];
      return [
        finding(key, disturbance, {
          ends: world.now,
          recovered: false,
          cause: cause ?? causeOfStall(deployment, world),
        }),
      ];
    });
  },
};

function isComplete({ metadata, spec, status = {} }: Deployment): boolean {
  const replicas = spec.replicas ?? 1;
  const counts = [status.updatedReplicas ?? 0, status.replicas ?? 0, status.availableReplicas ?? 0];
  return (status.observedGeneration ?? 0) >= (metadata.generation ?? 0) && counts.every((n) => n === replicas);
}

function close(memory: RolloutMemory, key: string, at: Millis, complete: boolean): Finding[] {
  const rollout = memory.open.get(key);
  memory.open.delete(key);
  if (rollout === undefined || !complete || at <= rollout.disturbance.at + memory.params.withinMs) return [];
  return [
    finding(key, rollout.disturbance, {
      ends: at,
      recovered: true,
      cause: rollout.cause ?? "its pods became ready too slowly",
    }),
  ];
}

function finding(
  key: string,
  { at, what, kind }: Disturbance,
  { ends, recovered, cause }: { readonly ends: Millis; readonly recovered: boolean; readonly cause: string },
): Finding {
  const object = objectName("Deployment", key);
  const durationMs = ends - at;
  const time = duration(durationMs);
  const sentence = recovered
    ? `The rollout of ${object} took ${time}: ${cause}`
    : `The rollout of ${object} was not complete after ${time}: ${cause}`;
  return { expectation: NAME, object, sentence, at, durationMs, during: what, disturbance: kind, cause, recovered };
}

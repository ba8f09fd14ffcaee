import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import type { RecordedEvent } from "../../client/component.ts";
import type { Write } from "../../client/controller.ts";
import { update } from "../requests.ts";
import { withReplicas } from "./annotations.ts";
import { sizeOf } from "./budget.ts";
import { REPLICA_SETS } from "./names.ts";

/** One ReplicaSet's change of size or of its replicas annotations. */
export interface Scaling {
  readonly before: ReplicaSet;
  readonly after: ReplicaSet;
  readonly write: Write;
  readonly event?: RecordedEvent;
}

/** The write that gives a ReplicaSet a size and current annotations; undefined when there is nothing to write. */
export function scaled(
  deployment: Deployment,
  replicaSet: ReplicaSet,
  size: number,
  mutants: ReadonlySet<string>,
): Scaling | undefined {
  const annotations = withReplicas(replicaSet.metadata.annotations, deployment);
  const from = sizeOf(replicaSet);
  if (from === size && (annotations === replicaSet.metadata.annotations || mutants.has("DEP-02"))) return undefined;
  const after: ReplicaSet = {
    ...replicaSet,
    metadata: { ...replicaSet.metadata, annotations },
    spec: { ...replicaSet.spec, replicas: size },
  };
  const body = mutants.has("DEP-01") ? { ...after, metadata: { ...after.metadata, resourceVersion: "" } } : after;
  const change = { before: replicaSet, after, write: update(REPLICA_SETS, body) };
  if (from === size) return change;
  const verb = from < size ? "up" : "down";
  const message = `Scaled ${verb} replica set ${replicaSet.metadata.name} from ${from} to ${size}`;
  return { event: scalingEvent(deployment, message), ...change };
}

/** The Event of a change of size. */
export function scalingEvent(deployment: Deployment, message: string): RecordedEvent {
  return { object: deployment, type: "Normal", reason: "ScalingReplicaSet", message };
}

/** The ReplicaSets as they will be when the scalings are written. */
export function afterScaling(replicaSets: readonly ReplicaSet[], scalings: readonly Scaling[]): readonly ReplicaSet[] {
  if (scalings.length === 0) return replicaSets;
  return replicaSets.map(
    (replicaSet) => scalings.find(({ before }) => before.metadata.uid === replicaSet.metadata.uid)?.after ?? replicaSet,
  );
}

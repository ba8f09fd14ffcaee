import { withField } from "../../base/with-field.ts";
import type { Millis } from "../../base/units.ts";
import { timestamp } from "../../base/time.ts";
import { controllerOf } from "../../api/object.ts";
import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import type { Intents, Reply, Sync, Write } from "../../client/controller.ts";
import { cast } from "../../base/units.ts";
import { podTemplateHash } from "../pod-template-hash/hash.ts";
import { controllerReference, create, noteOf, update, updateStatus } from "../requests.ts";
import { maxRevision, newReplicaSetAnnotations, withReplicas } from "./annotations.ts";
import { newReplicaSetSize } from "./budget.ts";
import { conditionOf, hasProgressDeadline, newCondition, withCondition } from "./conditions.ts";
import { isTemplateOf } from "./history.ts";
import type { History } from "./history.ts";
import { DEPLOYMENTS, POD_TEMPLATE_HASH, REPLICA_SETS, REVISION } from "./names.ts";
import { scalingEvent } from "./scaling.ts";

/** What the creation of a ReplicaSet remembers until its answer. */
interface Creation {
  readonly created: string;
  readonly size: number;
  readonly revision: number;
  /** The Deployment's version that was decided on: a newer one decides again. */
  readonly resourceVersion: string;
}

const NAME_CHARS_MAX = 253;

/** The write by which an existing new ReplicaSet, or the Deployment's revision, catches up; undefined when in step. */
export function syncRevision(deployment: Deployment, history: History, now: Millis): Write | undefined {
  const { newReplicaSet, old } = history;
  if (newReplicaSet === undefined) return undefined;
  const { metadata, spec } = newReplicaSet;
  const annotations = newReplicaSetAnnotations(deployment, metadata.annotations, maxRevision(old) + 1);
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  const unchanged = annotations === metadata.annotations || Object.keys(annotations).length === 0;
  if (!unchanged || (spec.minReadySeconds ?? 0) !== minReadySeconds)
    return update(
      REPLICA_SETS,
      cast<ReplicaSet>({
        ...newReplicaSet,
        metadata: { ...metadata, annotations },
        spec: withReadiness(spec, minReadySeconds),
      }),
    );
  const found = ["FoundNewReplicaSet", `Found new replica set "${metadata.name}"`] as const;
  const unknown = conditionOf(deployment.status?.conditions, "Progressing") === undefined;
  return syncDeployment(deployment, annotations[REVISION] ?? "", unknown ? found : undefined, now);
}

function withReadiness(spec: ReplicaSet["spec"], minReadySeconds: number): ReplicaSet["spec"] {
  const { minReadySeconds: _, ...rest } = spec;
  return minReadySeconds > 0 ? { minReadySeconds, ...rest } : rest;
}

/** The creation of the ReplicaSet of the Deployment's template; its answer comes to `afterCreation`. */
export function createReplicaSet(
  deployment: Deployment,
  { old }: History,
  mutants: ReadonlySet<string>,
): Intents<never> {
  const { template, selector } = deployment.spec;
  const hash = hashOf(deployment, mutants);
  const labels = withField(template.metadata?.labels ?? {}, POD_TEMPLATE_HASH, hash);
  const size = newReplicaSetSize(deployment, old, 0);
  const revision = maxRevision(old) + 1;
  const name = `${deployment.metadata.name.slice(0, NAME_CHARS_MAX - 1 - hash.length)}-${hash}`;
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  const body = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name,
      namespace: deployment.metadata.namespace,
      labels,
      annotations: withReplicas(newReplicaSetAnnotations(deployment, undefined, revision), deployment),
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: size,
      ...(minReadySeconds > 0 && { minReadySeconds }),
      selector: { ...selector, matchLabels: withField(selector.matchLabels ?? {}, POD_TEMPLATE_HASH, hash) },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
  const note: Creation = { created: name, size, revision, resourceVersion: deployment.metadata.resourceVersion };
  return { writes: [[{ note, ...create(REPLICA_SETS, deployment.metadata.namespace, body) }]], then: "replies" };
}

/** The answer to a creation, if there is one among the replies. */
export function creationAmong(replies: readonly Reply[]): Reply | undefined {
  return replies.find(({ write }) => write.request.verb === "create" && write.request.resource === REPLICA_SETS);
}

/** Goes on after the creation: records the revision, counts a collision, or reports the failure. */
export function afterCreation(
  deployment: Deployment,
  reply: Reply,
  sync: Sync,
  mutants: ReadonlySet<string>,
): Intents<never> {
  const note = noteOf<Creation>(reply);
  if (note === undefined || note.resourceVersion !== deployment.metadata.resourceVersion)
    return { writes: [], failed: "the deployment has changed since its replica set was created" };
  const { response } = reply;
  if (response.ok) {
    const reason = ["NewReplicaSetCreated", `Created new replica set "${note.created}"`] as const;
    const write = syncDeployment(deployment, String(note.revision), reason, sync.now);
    const message = `Scaled up replica set ${note.created} from 0 to ${note.size}`;
    return {
      writes: write === undefined ? [] : [[write]],
      ...(note.size > 0 && { events: [scalingEvent(deployment, message)] }),
    };
  }
  if (response.status.reason === "AlreadyExists") return afterCollision(deployment, note, sync, mutants);
  if (response.status.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating")) return { writes: [] };
  const message = `Failed to create new replica set "${note.created}": ${response.status.message ?? ""}`;
  const reason = "ReplicaSetCreateError";
  const condition = newCondition("Progressing", "False", [reason, message], timestamp(sync.now));
  return {
    writes: hasProgressDeadline(deployment)
      ? [[writeStatus(deployment, { conditions: withCondition(deployment.status?.conditions, condition) })]]
      : [],
    events: [{ object: deployment, type: "Warning", reason, message }],
    failed: message,
  };
}

/** The name is taken: by this template's own ReplicaSet after all, or by another one of the same hash. */
function afterCollision(
  deployment: Deployment,
  note: Creation,
  { listers, now }: Sync,
  mutants: ReadonlySet<string>,
): Intents<never> {
  const key = `${deployment.metadata.namespace ?? ""}/${note.created}`;
  const found = cast<ReplicaSet | undefined>(listers.of(REPLICA_SETS).get(key));
  if (found === undefined) return { writes: [], failed: `replicaset.apps "${note.created}" not found` };
  if (controllerOf(found)?.uid === deployment.metadata.uid && isTemplateOf(deployment, found)) {
    const write = syncDeployment(deployment, String(note.revision), undefined, now);
    return { writes: write === undefined ? [] : [[write]] };
  }
  const failed = `replicasets.apps "${note.created}" already exists`;
  if (mutants.has("DEP-05")) return { writes: [], failed };
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
  return { writes: [[writeStatus(deployment, { collisionCount })]], failed };
}

function hashOf({ spec, status }: Deployment, mutants: ReadonlySet<string>): string {
  if (mutants.has("DEP-05")) return (podTemplateHash(spec.template).charCodeAt(0) % 4).toString();
  return podTemplateHash(spec.template, status?.collisionCount);
}

/** Status write with the Deployment's revision (an annotation) and a Progressing condition; undefined if in step. */
function syncDeployment(
  deployment: Deployment,
  revision: string,
  reason: readonly [string, string] | undefined,
  now: Millis,
): Write | undefined {
  const conditions =
    reason !== undefined && hasProgressDeadline(deployment)
      ? withCondition(deployment.status?.conditions, newCondition("Progressing", "True", reason, timestamp(now)))
      : deployment.status?.conditions;
  const sameConditions = conditions === deployment.status?.conditions || conditions?.length === 0;
  const { annotations } = deployment.metadata;
  if (annotations?.[REVISION] === revision && sameConditions) return undefined;
  const metadata = { ...deployment.metadata, annotations: { ...annotations, [REVISION]: revision } };
  return writeStatus({ ...deployment, metadata }, conditions === undefined ? {} : { conditions });
}

function writeStatus(deployment: Deployment, change: Partial<NonNullable<Deployment["status"]>>): Write {
  const status = { ...deployment.status, ...change };
  return updateStatus(DEPLOYMENTS, { ...deployment, status } as Deployment);
}

import { cast } from "../../base/units.ts";
import type { ControllerRevision, DaemonSet } from "../../api/types/apps-v1.ts";
import type { Intents, Reply, Write } from "../../client/controller.ts";
import { REVISIONS, holds, revisionData, sortedRevisions } from "../controller-revision.ts";
import { podTemplateHash } from "../pod-template-hash/hash.ts";
import { controllerReference, create, objectOf, remove, targetOf, update } from "../requests.ts";
import type { DaemonView } from "./view.ts";
import { HASH_LABEL } from "./view.ts";

/** The revision of the present template and the older ones. */
export interface DaemonHistory {
  readonly current: ControllerRevision;
  readonly old: readonly ControllerRevision[];
}

/** Finds the revision of the present template; intents when it has to be written first. */
export function historyOf(
  set: DaemonSet,
  stored: readonly ControllerRevision[],
  replies: readonly Reply[],
): DaemonHistory | Intents<never> {
  const template = set.spec?.template;
  if (template === undefined) return { writes: [] };
  const known = new Map(stored.map((revision) => [revision.metadata.name, revision]));
  const written = replies.filter(({ write }) => write.request.resource === REVISIONS);
  for (const reply of written) {
    const revision = cast<ControllerRevision | undefined>(objectOf(reply));
    if (revision !== undefined) known.set(revision.metadata.name, revision);
  }
  const revisions = sortedRevisions([...known.values()]);
  const data = revisionData(template);
  const current = revisions.findLast((revision) => holds(revision, data));
  const old = revisions.filter((revision) => revision !== current);
  const next = (old.at(-1)?.revision ?? 0) + 1;
  const refused = written.find(({ response }) => !response.ok);
  if (refused?.response.ok === false) return { writes: [], failed: refused.response.status.message ?? "" };
  if (current === undefined)
    return { writes: [[create(REVISIONS, set.metadata.namespace, newRevision(set, template, next))]], then: "replies" };
  if (current.revision < next)
    return { writes: [[update(REVISIONS, cast<ControllerRevision>({ ...current, revision: next }))]], then: "replies" };
  return { current, old };
}

function newRevision(set: DaemonSet, template: NonNullable<DaemonSet["spec"]>["template"], revision: number): unknown {
  const hash = podTemplateHash(template, set.status?.collisionCount);
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `${set.metadata.name}-${hash}`,
      namespace: set.metadata.namespace,
      labels: { ...template.metadata?.labels, [HASH_LABEL]: hash },
      ...(set.metadata.annotations !== undefined && { annotations: set.metadata.annotations }),
      ownerReferences: [controllerReference(set)],
    },
    data: revisionData(template),
    revision,
  };
}

/** Deletions of the oldest revisions that no pod is of, beyond revisionHistoryLimit. */
export function historyCleanup(
  { set, places }: DaemonView,
  old: readonly ControllerRevision[],
): readonly (readonly Write[])[] {
  const live = new Set(places.flatMap(({ pods }) => pods.map(({ metadata }) => metadata.labels?.[HASH_LABEL])));
  let surplus = old.length - (set.spec?.revisionHistoryLimit ?? 10);
  const writes: Write[][] = [];
  for (const revision of old) {
    if (surplus <= 0) break;
    if (live.has(revision.metadata.labels?.[HASH_LABEL])) continue;
    writes.push([remove(targetOf(REVISIONS, revision))]);
    surplus -= 1;
  }
  return writes;
}

import type { Deployment, ReplicaSet } from "../../api/types/apps-v1.ts";
import type { PodTemplateSpec } from "../../api/types/core-v1.ts";
import type { RecordedEvent } from "../../client/component.ts";
import type { Intents } from "../../client/controller.ts";
import { update } from "../requests.ts";
import { lastRevision, revisionOf } from "./annotations.ts";
import { equalIgnoringHash } from "./history.ts";
import { DEPLOYMENTS, POD_TEMPLATE_HASH, ROLLBACK_TO, staysBehind } from "./names.ts";

/** Carries out the deprecated annotation deprecated.deployment.rollback.to. */
export function rollback(
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
  toRevision: number,
): Intents<never> {
  const revision = toRevision === 0 ? lastRevision(replicaSets) : toRevision;
  const { [ROLLBACK_TO]: _, ...annotations } = deployment.metadata.annotations ?? {};
  const cleared: Deployment = { ...deployment, metadata: { ...deployment.metadata, annotations } };
  const give = (after: Deployment, type: "Normal" | "Warning", reason: string, message: string): Intents<never> => {
    const event: RecordedEvent = { object: deployment, type, reason, message };
    return { writes: [[update(DEPLOYMENTS, after)]], events: [event] };
  };
  if (revision === 0)
    return give(cleared, "Warning", "DeploymentRollbackRevisionNotFound", "Unable to find last revision.");
  const target = replicaSets.find((replicaSet) => revisionOf(replicaSet) === revision);
  if (target?.spec.template === undefined)
    return give(
      cleared,
      "Warning",
      "DeploymentRollbackRevisionNotFound",
      "Unable to find the revision to rollback to.",
    );
  const { name } = deployment.metadata;
  if (equalIgnoringHash(deployment.spec.template, target.spec.template))
    return give(
      cleared,
      "Warning",
      "DeploymentRollbackTemplateUnchanged",
      `The rollback revision contains the same template as current deployment "${name}"`,
    );
  const rolledBack: Deployment = {
    ...deployment,
    metadata: { ...deployment.metadata, annotations: annotationsOf(cleared, target) },
    spec: { ...deployment.spec, template: templateWithoutHash(target.spec.template) },
  };
  return give(rolledBack, "Normal", "DeploymentRollback", `Rolled back deployment "${name}" to revision ${revision}`);
}

/** The Deployment's own bookkeeping and the ReplicaSet's other annotations. */
function annotationsOf(deployment: Deployment, replicaSet: ReplicaSet): { readonly [key: string]: string } {
  const annotations: { [key: string]: string } = {};
  const own = deployment.metadata.annotations ?? {};
  for (const [key, value] of Object.entries(own)) if (staysBehind(key)) annotations[key] = value;
  const restored = replicaSet.metadata.annotations ?? {};
  for (const [key, value] of Object.entries(restored)) if (!staysBehind(key)) annotations[key] = value;
  return annotations;
}

function templateWithoutHash(template: PodTemplateSpec): PodTemplateSpec {
  if (template.metadata?.labels?.[POD_TEMPLATE_HASH] === undefined) return template;
  const { [POD_TEMPLATE_HASH]: _, ...labels } = template.metadata.labels;
  return { ...template, metadata: { ...template.metadata, labels } };
}

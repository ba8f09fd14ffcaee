import type { ApiObject } from "../../api/object.ts";
import { controllerOf } from "../../api/object.ts";
import { deepEqual } from "../../api/equal.ts";
import { whole } from "../plan/fields.ts";
import { editStep } from "./edit.ts";
import type { Edit, EditState } from "./edit.ts";
import { patchOf } from "./patch-of.ts";
import { workload } from "./pod-template.ts";
import type { StepProgram, StepReply } from "./step-program.ts";
import { targeted } from "./target.ts";
import type { TargetParams } from "./target.ts";

interface UndoParams extends TargetParams {
  /** 0 (the default): the revision before the current one. */
  readonly toRevision: number;
}

const REVISION = "deployment.kubernetes.io/revision";
const HASH = "pod-template-hash";
/** Annotations of a ReplicaSet that are not the user's: an undo does not bring them back. */
const OWN = [
  "kubectl.kubernetes.io/last-applied-configuration",
  REVISION,
  "deployment.kubernetes.io/revision-history",
  "deployment.kubernetes.io/desired-replicas",
  "deployment.kubernetes.io/max-replicas",
  "deprecated.deployment.rollback.to",
];

/** kubectl rollout undo: puts the pod template of an older ReplicaSet back, by JSON patch. */
export const rolloutUndo: StepProgram<UndoParams, EditState<UndoParams>> = editStep({
  name: "rollout-undo",
  params: targeted<UndoParams>(["deployment"], { toRevision: whole(0).default(0) }),
  related: (_params, object) => ({
    verb: "list",
    resource: "replicasets.apps",
    namespace: object.metadata.namespace ?? "default",
  }),
  edit: (params, object, _view, related) => undo(params, object, ownSets(object, related)),
});

function ownSets(deployment: ApiObject, reply: StepReply | undefined): ApiObject[] {
  if (reply === undefined || !reply.response.ok || !("list" in reply.response)) return [];
  return reply.response.list.items.filter((set) => controllerOf(set)?.uid === deployment.metadata.uid);
}

function undo(params: UndoParams, deployment: ApiObject, sets: readonly ApiObject[]): Edit {
  const { name } = deployment.metadata;
  if (workload(deployment).spec?.paused === true)
    return {
      done: {
        ok: false,
        message: `error: deployments.apps "${name}" can't rollback paused deployment (run rollout resume first)`,
      },
    };
  const byRevision = [...sets].sort((a, b) => revisionOf(b) - revisionOf(a));
  const chosen =
    params.toRevision === 0 ? byRevision[1] : byRevision.find((set) => revisionOf(set) === params.toRevision);
  if (chosen === undefined) {
    const message =
      params.toRevision === 0
        ? `error: no rollout history found for deployment "${name}"`
        : `error: unable to find specified revision ${params.toRevision} in history`;
    return { done: { ok: false, message } };
  }
  const template = withoutHash(chosen);
  if (deepEqual(template, workload(deployment).spec?.template))
    return {
      done: {
        ok: true,
        message: `deployment.apps/${name} skipped rollback (current template already matches revision ${params.toRevision})`,
      },
    };
  const kept = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => OWN.includes(key));
  const back = Object.entries(chosen.metadata.annotations ?? {}).filter(([key]) => !OWN.includes(key));
  const body = [
    { op: "replace", path: "/spec/template", value: template },
    { op: "replace", path: "/metadata/annotations", value: Object.fromEntries([...kept, ...back]) },
  ];
  return {
    write: patchOf(params, deployment, "json", body, "kubectl-rollout"),
    said: `deployment.apps/${name} rolled back`,
  };
}

function revisionOf(set: ApiObject): number {
  return Number(set.metadata.annotations?.[REVISION] ?? 0);
}

function withoutHash(set: ApiObject): unknown {
  const template = workload(set).spec?.template;
  const { [HASH]: _hash, ...labels } = template?.metadata?.labels ?? {};
  return { ...template, metadata: { ...template?.metadata, labels } };
}

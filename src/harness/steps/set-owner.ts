import { z } from "zod";
import { text } from "../plan/fields.ts";
import { editStep } from "./edit.ts";
import type { EditState } from "./edit.ts";
import { failure } from "./failure.ts";
import { called, placeOfKind } from "./kinds.ts";
import { patchOf } from "./patch-of.ts";
import type { StepProgram } from "./step-program.ts";
import { targeted } from "./target.ts";
import type { TargetParams } from "./target.ts";

/** The object whose uid is written; its namespace may be another than that of the dependent, which is a mistake. */
interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface SetOwnerParams extends TargetParams {
  readonly owner: Owner;
}

/** A user who reads an object's uid and names it as the owner of another one, as deployment tools do. */
export const setOwner: StepProgram<SetOwnerParams, EditState<SetOwnerParams>> = editStep({
  name: "set-owner",
  params: targeted<SetOwnerParams>(["configmap", "pod", "service", "deployment", "replicaset"], {
    owner: z
      .strictObject({ apiVersion: text, kind: text, name: text, namespace: text.exactOptional() })
      .refine((owner) => placeOfKind(owner) !== undefined, { error: "expected a kind that the server has" }),
  }),
  related({ owner }) {
    const { resource = "", namespaced = false } = placeOfKind(owner) ?? {};
    return { verb: "get", resource, name: owner.name, ...(namespaced && { namespace: owner.namespace ?? "default" }) };
  },
  edit(params, object, _view, related) {
    const answer = related?.response;
    if (answer?.ok !== true || !("object" in answer)) return { done: failure(answer) };
    const { apiVersion, kind, name } = params.owner;
    const { uid } = answer.object.metadata;
    const body = { metadata: { ownerReferences: [{ apiVersion, kind, name, uid }] } };
    const owner = called({ apiVersion, kind, metadata: { name } });
    return {
      write: patchOf(params, object, "strategic", body, "kubectl-patch"),
      said: `${object.metadata.name} is owned by ${owner}`,
    };
  },
});

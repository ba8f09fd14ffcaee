import { flag, whole, word } from "../plan/fields.ts";
import { editStep } from "./edit.ts";
import type { EditState } from "./edit.ts";
import type { StepProgram } from "./step-program.ts";
import { TARGET_WORDS, placeOf, targetOf, targeted } from "./target.ts";
import type { TargetParams, TargetWord } from "./target.ts";

interface DeleteParams extends TargetParams {
  /** Seconds; absent: the object's own. */
  readonly gracePeriodSeconds?: number;
  /** --force --grace-period=0: the API forgets the pod while its containers may still run. */
  readonly force?: boolean;
  /** What becomes of dependents; absent: Background, as kubectl asks. */
  readonly propagationPolicy?: string;
}

/** kubectl delete pod. */
export const deletePod: StepProgram<DeleteParams, EditState<DeleteParams>> = deleteStep("delete-pod", ["pod"]);

/** kubectl delete KIND NAME. */
export const deleteObject: StepProgram<DeleteParams, EditState<DeleteParams>> = deleteStep(
  "delete-object",
  TARGET_WORDS,
);

function deleteStep(name: string, words: readonly TargetWord[]): StepProgram<DeleteParams, EditState<DeleteParams>> {
  return editStep({
    name,
    params: targeted<DeleteParams>(words, {
      gracePeriodSeconds: whole(0).exactOptional(),
      force: flag.exactOptional(),
      propagationPolicy: word("Background", "Foreground", "Orphan").exactOptional(),
    }),
    edit(params, object) {
      const grace = params.force === true ? 0 : params.gracePeriodSeconds;
      const options = {
        propagationPolicy: params.propagationPolicy ?? "Background",
        ...(grace !== undefined && { gracePeriodSeconds: grace }),
      };
      return {
        write: { verb: "delete", ...placeOf(targetOf(params).resource, object), options },
        said: `${object.kind.toLowerCase()} "${object.metadata.name}" deleted`,
      };
    },
  });
}

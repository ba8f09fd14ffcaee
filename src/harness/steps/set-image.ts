import { text } from "../plan/fields.ts";
import { editStep } from "./edit.ts";
import type { EditState } from "./edit.ts";
import { patchOf } from "./patch-of.ts";
import { containerNames, podSpecPatch } from "./pod-template.ts";
import type { StepProgram } from "./step-program.ts";
import { targeted } from "./target.ts";
import type { TargetParams } from "./target.ts";

interface SetImageParams extends TargetParams {
  readonly image: string;
  /** Name of a container; "*" (the default) means all. */
  readonly container: string;
}

/** kubectl set image. */
export const setImage: StepProgram<SetImageParams, EditState<SetImageParams>> = editStep({
  name: "set-image",
  params: targeted<SetImageParams>(["deployment", "statefulset", "daemonset", "pod"], {
    image: text,
    container: text.default("*"),
  }),
  edit(params, object) {
    const names = containerNames(object).filter((name) => params.container === "*" || name === params.container);
    if (names.length === 0)
      return { done: { ok: false, message: `error: unable to find container named "${params.container}"` } };
    const containers = names.map((name) => ({ name, image: params.image }));
    return {
      write: patchOf(params, object, "strategic", podSpecPatch(object, { containers }), "kubectl-set"),
      said: `${object.metadata.name} image updated`,
    };
  },
});

import { text, textMap } from "../plan/fields.ts";
import { editStep } from "./edit.ts";
import type { EditState } from "./edit.ts";
import { patchOf } from "./patch-of.ts";
import { containerNames, podSpecPatch } from "./pod-template.ts";
import type { StepProgram } from "./step-program.ts";
import { targeted } from "./target.ts";
import type { TargetParams } from "./target.ts";

interface SetEnvParams extends TargetParams {
  readonly env: { readonly [name: string]: string };
  /** Name of a container; "*" (the default) means all. */
  readonly container: string;
}

/** kubectl set env. */
export const setEnv: StepProgram<SetEnvParams, EditState<SetEnvParams>> = editStep({
  name: "set-env",
  params: targeted<SetEnvParams>(["deployment", "statefulset", "daemonset"], {
    env: textMap,
    container: text.default("*"),
  }),
  edit(params, object) {
    const env = Object.entries(params.env).map(([name, value]) => ({ name, value }));
    const containers = containerNames(object)
      .filter((name) => params.container === "*" || name === params.container)
      .map((name) => ({ name, env }));
    return {
      write: patchOf(params, object, "strategic", podSpecPatch(object, { containers }), "kubectl-set"),
      said: `${object.metadata.name} env updated`,
    };
  },
});

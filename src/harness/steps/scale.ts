import { whole } from "../plan/fields.ts";
import { editStep } from "./edit.ts";
import type { EditState } from "./edit.ts";
import type { StepProgram } from "./step-program.ts";
import { placeOf, targetOf, targeted } from "./target.ts";
import type { TargetParams } from "./target.ts";

interface ScaleParams extends TargetParams {
  readonly replicas: number;
}

/** kubectl scale --replicas=N. */
export const scale: StepProgram<ScaleParams, EditState<ScaleParams>> = editStep({
  name: "scale",
  params: targeted<ScaleParams>(["deployment", "statefulset", "replicaset"], { replicas: whole(0, 1_000_000) }),
  edit: (params, object) => ({
    write: {
      verb: "patch",
      ...placeOf(targetOf(params).resource, object),
      subresource: "scale",
      patchType: "merge",
      body: { spec: { replicas: params.replicas } },
    },
    said: `${object.metadata.name} scaled`,
  }),
});

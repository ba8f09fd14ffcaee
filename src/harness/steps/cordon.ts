import type { ApiObject } from "../../api/object.ts";
import type { Node } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import { editStep } from "./edit.ts";
import type { Edit, EditState } from "./edit.ts";
import { success } from "./failure.ts";
import { patchOf } from "./patch-of.ts";
import type { StepProgram } from "./step-program.ts";
import { targeted } from "./target.ts";
import type { TargetParams } from "./target.ts";

/** kubectl cordon. */
export const cordon: StepProgram<TargetParams, EditState<TargetParams>> = editStep({
  name: "cordon",
  params: targeted<TargetParams>(["node"], {}),
  edit: (params, object) => unschedulable(params, object, true),
});

/** kubectl uncordon. */
export const uncordon: StepProgram<TargetParams, EditState<TargetParams>> = editStep({
  name: "uncordon",
  params: targeted<TargetParams>(["node"], {}),
  edit: (params, object) => unschedulable(params, object, false),
});

function unschedulable(params: TargetParams, object: ApiObject, wanted: boolean): Edit {
  const { name } = object.metadata;
  const words = wanted ? "cordoned" : "uncordoned";
  if ((cast<Node>(object).spec?.unschedulable ?? false) === wanted)
    return { done: success(`node/${name} already ${words}`) };
  const write = patchOf(
    params,
    object,
    "strategic",
    { spec: { unschedulable: wanted ? true : null } },
    "kubectl-cordon",
  );
  return { write, said: `node/${name} ${words}` };
}

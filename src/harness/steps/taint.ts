import { z } from "zod";
import type { Node, Taint } from "../../api/types/core-v1.ts";
import { cast } from "../../base/units.ts";
import { flag, text, word } from "../plan/fields.ts";
import { editStep } from "./edit.ts";
import type { EditState } from "./edit.ts";
import { patchOf } from "./patch-of.ts";
import type { StepProgram } from "./step-program.ts";
import { targeted } from "./target.ts";
import type { TargetParams } from "./target.ts";

interface TaintParams extends TargetParams {
  readonly key: string;
  readonly value?: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  /** Takes the taint away. */
  readonly remove?: boolean;
}

/** kubectl taint nodes --overwrite. */
export const taint: StepProgram<TaintParams, EditState<TaintParams>> = editStep({
  name: "taint",
  params: targeted<TaintParams>(["node"], {
    key: text,
    value: z.string().exactOptional(),
    effect: word("NoSchedule", "PreferNoSchedule", "NoExecute"),
    remove: flag.exactOptional(),
  }),
  edit(params, object) {
    const { name } = object.metadata;
    const others = (cast<Node>(object).spec?.taints ?? []).filter(
      (other) => other.key !== params.key || other.effect !== params.effect,
    );
    const own: Taint = {
      key: params.key,
      effect: params.effect,
      ...(params.value !== undefined && { value: params.value }),
    };
    const taints = params.remove === true ? others : [...others, own];
    // As kubectl does: the list is replaced as a whole, whatever another client made of it meanwhile.
    const body = { spec: { taints: taints.length === 0 ? null : taints } };
    return {
      write: patchOf(params, object, "strategic", body, "kubectl-taint"),
      said: `node/${name} ${params.remove === true ? "untainted" : "tainted"}`,
    };
  },
});

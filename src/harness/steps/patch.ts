import { z } from "zod";
import { text, word } from "../plan/fields.ts";
import { editStep } from "./edit.ts";
import type { EditState } from "./edit.ts";
import { patchOf } from "./patch-of.ts";
import type { StepProgram } from "./step-program.ts";
import { TARGET_WORDS, targeted } from "./target.ts";
import type { TargetParams } from "./target.ts";

interface PatchParams extends TargetParams {
  readonly type: "strategic" | "merge" | "json";
  readonly patch: unknown;
  readonly subresource?: string;
}

/** kubectl patch. */
export const patch: StepProgram<PatchParams, EditState<PatchParams>> = editStep({
  name: "patch",
  params: targeted<PatchParams>(TARGET_WORDS, {
    type: word("strategic", "merge", "json").default("strategic"),
    patch: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())], {
      error: "expected a map or a list of operations",
    }),
    subresource: text.exactOptional(),
  }),
  edit(params, object) {
    const write = patchOf(params, object, params.type, params.patch, "kubectl-patch");
    return {
      write: params.subresource === undefined ? write : { ...write, subresource: params.subresource },
      said: `${object.metadata.name} patched`,
    };
  },
});

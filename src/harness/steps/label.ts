import { z } from "zod";
import { editStep } from "./edit.ts";
import type { EditState } from "./edit.ts";
import { patchOf } from "./patch-of.ts";
import type { StepProgram } from "./step-program.ts";
import { targeted } from "./target.ts";
import type { TargetParams, TargetWord } from "./target.ts";

/** New values by key; null removes. */
type Values = { readonly [key: string]: string | null };

interface LabelParams extends TargetParams {
  readonly labels: Values;
}

interface AnnotateParams extends TargetParams {
  readonly annotations: Values;
}

const values: z.ZodType<Values> = z.record(
  z.string(),
  z.union([z.string(), z.null()], { error: "expected a text (quote numbers), or null to remove" }),
);
const words: readonly TargetWord[] = [
  "pod",
  "node",
  "deployment",
  "replicaset",
  "statefulset",
  "daemonset",
  "service",
  "namespace",
  "job",
  "configmap",
  "poddisruptionbudget",
];

/** kubectl label --overwrite. */
export const label: StepProgram<LabelParams, EditState<LabelParams>> = editStep({
  name: "label",
  params: targeted<LabelParams>(words, { labels: values }),
  edit: (params, object) => ({
    write: patchOf(params, object, "merge", { metadata: { labels: params.labels } }, "kubectl-label"),
    said: `${object.metadata.name} labeled`,
  }),
});

/** kubectl annotate --overwrite. */
export const annotate: StepProgram<AnnotateParams, EditState<AnnotateParams>> = editStep({
  name: "annotate",
  params: targeted<AnnotateParams>(words, { annotations: values }),
  edit: (params, object) => ({
    write: patchOf(params, object, "merge", { metadata: { annotations: params.annotations } }, "kubectl-annotate"),
    said: `${object.metadata.name} annotated`,
  }),
});

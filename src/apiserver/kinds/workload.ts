import type { PodTemplateSpec } from "../../api/types/core-v1.ts";
import { withField } from "../../base/with-field.ts";
import { defaultTemplate } from "./pod-defaults.ts";

/** The spec with its pod template's defaults filled in. */
export function withTemplate<S extends { readonly template: PodTemplateSpec }>(spec: S): S {
  return withField(spec, "template", defaultTemplate(spec.template));
}

import type { PodTemplate } from "../../api/types/core-v1.ts";
import { withField } from "../../base/with-field.ts";
import type { Kind } from "../kind.ts";
import { podTemplate as validateTemplate } from "../validation/workload.ts";
import { templateWarnings } from "../warnings/workload.ts";
import { defaultTemplate } from "./pod-defaults.ts";

/** core/v1 PodTemplate. */
export const podTemplate: Kind<PodTemplate> = {
  group: "",
  version: "v1",
  kind: "PodTemplate",
  plural: "podtemplates",
  namespaced: true,
  struct: "core/v1.PodTemplate",
  generation: "spec",
  deleteReturnsObject: true,
  defaults: (object) =>
    object.template === undefined ? object : withField(object, "template", defaultTemplate(object.template)),
  validate: (object, errors) => validateTemplate(object.template, "template", errors),
  validateUpdate: (object, _stored, errors) => validateTemplate(object.template, "template", errors),
  warnings: (object, stored) =>
    stored === undefined || object.metadata.generation !== stored.metadata.generation
      ? templateWarnings(object.template, "template")
      : [],
};

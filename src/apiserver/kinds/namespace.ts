import { withField } from "../../base/with-field.ts";
import { cast } from "../../base/units.ts";
import type { Namespace } from "../../api/types/core-v1.ts";
import type { Kind } from "../kind.ts";
import { labelProblems } from "../name-rules.ts";

const NAME_LABEL = "kubernetes.io/metadata.name";

/** core/v1 Namespace. */
export const namespace: Kind<Namespace> = {
  group: "",
  version: "v1",
  kind: "Namespace",
  plural: "namespaces",
  namespaced: false,
  shortNames: ["ns"],
  struct: "core/v1.Namespace",
  metadataChecks: "both",
  status: true,
  initialStatus: { phase: "Active" },
  noDeleteCollection: true,
  deleteReturnsObject: true,
  nameProblems: labelProblems,
  fieldStyle: "own-list",
  fields: { "status.phase": (object) => cast<Namespace>(object).status?.phase ?? "" },
  defaults(object) {
    const { metadata } = object;
    if (metadata.name === "" || metadata.labels?.[NAME_LABEL] === metadata.name) return object;
    const labels = withField(metadata.labels ?? {}, NAME_LABEL, metadata.name);
    return { ...object, metadata: withField(metadata, "labels", labels) };
  },
  prepareCreate(object) {
    const finalizers = object.spec?.finalizers ?? [];
    if (finalizers.includes("kubernetes")) return object;
    return withField(object, "spec", withField(object.spec ?? {}, "finalizers", [...finalizers, "kubernetes"]));
  },
  prepareUpdate: (object, stored) => ({ ...object, spec: stored.spec }),
};

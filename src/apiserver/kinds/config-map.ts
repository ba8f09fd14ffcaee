import type { ConfigMap } from "../../api/types/core-v1.ts";
import { validateConfigMap, validateImmutableData } from "../validation/config.ts";
import type { Kind } from "../kind.ts";

/** core/v1 ConfigMap. */
export const configMap: Kind<ConfigMap> = {
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  namespaced: true,
  struct: "core/v1.ConfigMap",
  metadataChecks: "both",
  validate: validateConfigMap,
  validateUpdate(object, stored, errors) {
    validateImmutableData(object, stored, ["data", "binaryData"], errors);
    validateConfigMap(object, errors);
  },
  shortNames: ["cm"],
};

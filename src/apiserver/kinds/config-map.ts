import type { Kind } from "../kind.ts";

/** core/v1 ConfigMap. */
export const configMap: Kind = {
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  namespaced: true,
  struct: "core/v1.ConfigMap",
  shortNames: ["cm"],
};

import type { Plugin } from "../../framework/plugin.ts";
import { skip } from "../../framework/status.ts";

/** Keeps pods off nodes that lack a feature the pod needs; no feature is inferred from pod specs yet. */
export const NodeDeclaredFeatures: Plugin = {
  name: "NodeDeclaredFeatures",
  preFilter: () => ({ status: skip }),
  filter: () => undefined,
};

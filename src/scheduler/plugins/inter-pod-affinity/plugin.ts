import type { Plugin } from "../../framework/plugin.ts";
import { skip } from "../../framework/status.ts";

/** Placeholder. */
export const InterPodAffinity: Plugin = {
  name: "InterPodAffinity",
  preFilter: () => ({ status: skip }),
  filter: () => undefined,
  preScore: () => skip,
  score: () => 0,
};

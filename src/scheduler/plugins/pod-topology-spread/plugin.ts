import type { Plugin } from "../../framework/plugin.ts";
import { skip } from "../../framework/status.ts";

/** Placeholder. */
export const PodTopologySpread: Plugin = {
  name: "PodTopologySpread",
  preFilter: () => ({ status: skip }),
  filter: () => undefined,
  preScore: () => skip,
  score: () => 0,
};

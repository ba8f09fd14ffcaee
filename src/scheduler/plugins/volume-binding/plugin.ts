import type { Plugin } from "../../framework/plugin.ts";
import { skip } from "../../framework/status.ts";

/** Has nothing to say of pods without claims; pods with claims are not judged (see unsupported.ts). */
export const VolumeBinding: Plugin = {
  name: "VolumeBinding",
  local: true,
  preFilter: () => ({ status: skip }),
  filter: () => undefined,
  preScore: () => skip,
  score: () => 0,
};

import type { Plugin } from "../../framework/plugin.ts";
import { skip } from "../../framework/status.ts";

/** Has nothing to say of pods without disks; pods with disks are not judged (see unsupported.ts). */
export const NodeVolumeLimits: Plugin = {
  name: "NodeVolumeLimits",
  local: true,
  preFilter: () => ({ status: skip }),
  filter: () => undefined,
};

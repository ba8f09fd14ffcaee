import type { Plugin } from "../../framework/plugin.ts";
import { skip, status } from "../../framework/status.ts";

const NAME = "DynamicResources";
const NOTHING_TO_DO = status(NAME, "Unschedulable", "no new claims to deallocate");
const NO_STATE = status(NAME, "Error", "not found");

/** Has nothing to do for pods without resource claims, and says so after a failure. */
export const DynamicResources: Plugin = {
  name: NAME,
  local: true,
  preFilter(cycle) {
    cycle.state.set(NAME, true);
    return { status: skip };
  },
  filter: () => undefined,
  postFilter: (cycle) => ({ status: cycle.state.has(NAME) ? NOTHING_TO_DO : NO_STATE }),
  score: () => 0,
};

import { podPriority } from "../../cache/pod-info.ts";
import type { Plugin } from "../../framework/plugin.ts";

/** Higher priority first, then the one that is in the queue for longer. */
export const PrioritySort: Plugin = {
  name: "PrioritySort",
  compare: (a, b) => podPriority(b.pod) - podPriority(a.pod) || a.timestamp - b.timestamp,
};

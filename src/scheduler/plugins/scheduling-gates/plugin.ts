import type { Plugin } from "../../framework/plugin.ts";
import { status } from "../../framework/status.ts";
import { ACTION } from "../../queue/event-registration.ts";

/** Holds pods with scheduling gates back until all gates are gone. */
export const SchedulingGates: Plugin = {
  name: "SchedulingGates",
  events: () => [
    {
      resource: "Pod",
      actions: ACTION.UpdatePodSchedulingGatesEliminated,
      hint: ({ pod, after }) => after?.metadata.uid === pod.metadata.uid,
    },
  ],
  preEnqueue(pod) {
    const gates = pod.spec.schedulingGates;
    if (gates === undefined || gates.length === 0) return undefined;
    const names = gates.map((gate) => gate.name).join(" ");
    return status("SchedulingGates", "UnschedulableAndUnresolvable", `waiting for scheduling gates: [${names}]`);
  },
};

import type { Pod } from "../../api/types/core-v1.ts";
import type { Fields } from "./controllers-snapshot.ts";

/** Which pods an action is about. */
export interface PodRule {
  readonly owner?: string;
  readonly name?: string;
  readonly tag?: string;
  readonly untagged?: boolean;
  readonly image?: string;
  readonly node?: string;
  readonly index?: number;
  readonly label?: { readonly [key: string]: string };
  readonly state?: string;
  readonly count?: number;
  readonly order?: string;
}

/** A pod's class as it is named in a recorded action. */
export function brief(fields: Fields): Fields {
  const { labels: _l, resources: _r, conditions: _c, finalizers: _f, tolerations: _t, affinity: _a, ...rest } = fields;
  return rest;
}

/** Whether a pod is in a state that a rule names. */
export function isInState(pod: Pod, state: string): boolean {
  const { phase } = pod.status ?? {};
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const finished = phase === "Succeeded" || phase === "Failed";
  const bound = (pod.spec.nodeName ?? "") !== "";
  const live = !terminating && !finished;
  const ready = pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;
  switch (state) {
    case "any":
      return true;
    case "unbound":
      return live && !bound;
    case "bound":
      return live && bound;
    case "pending":
      return live && bound && phase === "Pending";
    case "running":
      return live && phase === "Running";
    case "ready":
      return live && ready;
    case "notReady":
      return live && bound && !ready;
    case "runningNotReady":
      return live && phase === "Running" && !ready;
    case "terminating":
      return terminating;
    case "terminatingRunning":
      return terminating && !finished;
    case "finished":
      return finished;
    default:
      return live;
  }
}

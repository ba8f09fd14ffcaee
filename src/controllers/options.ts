import type { NodeMonitorOptions } from "./node-lifecycle/options.ts";

/** What a controller's factory takes. */
export interface ControllerOptions {
  /** Ids of planted bugs that are on, as in the corpus of mutants: "DEP-01". */
  readonly mutants?: ReadonlySet<string>;
  /** Flags about nodes that differ from upstream's defaults. */
  readonly nodeMonitor?: Partial<NodeMonitorOptions>;
  /** Bind and reclaim volumes, and make those that are asked for unless "no provisioner"; without, claims stay as they are. */
  readonly volumes?: boolean | "no provisioner";
  /** Keep the status of ResourceQuotas; without, they are never enforced. */
  readonly quotas?: boolean;
  /** Feature gate MaxUnavailableStatefulSet; off by default. */
  readonly maxUnavailableStatefulSet?: boolean;
}

const NONE: ReadonlySet<string> = new Set();

/** The planted bugs of `options`; none by default. */
export function mutantsOf(options: ControllerOptions | undefined): ReadonlySet<string> {
  return options?.mutants ?? NONE;
}

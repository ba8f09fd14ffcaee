import type { Manifest } from "../../api/object.ts";
import type { ImageRule, SchedulerPlan, UserStep } from "../plan/plan.ts";

/** A planted bug, and the campaign that finds it. */
export interface Mutant {
  /** The switch: an entry of a plan's `mutants`. */
  readonly id: string;
  readonly component: string;
  /** What is wrong, in one sentence. */
  readonly bug: string;
  /** The invariant that finds it. */
  readonly invariant: string;
  readonly campaign: MutantCampaign;
}

/** What the histories of a hunt are made of. */
export interface MutantCampaign {
  /** Kinds of fault; most bugs are clearest without any. */
  readonly faults: "none" | "all" | readonly string[];
  readonly nodes: number;
  /** Most things that a user does in one history. */
  readonly steps: number;
  /** Default: applications. */
  readonly workload?: "applications" | "scheduling";
  /** How long attempts of the scheduler take; absent: drawn. */
  readonly attempts?: Pick<SchedulerPlan, "attemptMs" | "permitMs">;
  /** Objects that the bug needs; absent: generated applications. */
  readonly manifests?: readonly Manifest[];
  readonly images?: readonly ImageRule[];
  /** What the user does besides what is generated, by time. */
  readonly userSteps?: readonly UserStep[];
  /** Default: 1. */
  readonly apiServers?: number;
}

/** How the scheduler is set up; absent fields are upstream's defaults. */
export interface AlgorithmOptions {
  /** A decoded KubeSchedulerConfiguration. */
  readonly config?: unknown;
  /** 1 to 100; absent: adapts to the number of nodes. */
  readonly percentageOfNodesToScore?: number;
  /** False: decide by the scalar path alone. */
  readonly fast?: boolean;
}

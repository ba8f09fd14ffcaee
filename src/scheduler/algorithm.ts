import type { Node, Pod } from "../api/types/core-v1.ts";
import { InputError } from "../base/input-error.ts";
import { assumePod, emptyCache, forgetPod, putNode, putPod, removeNode, removePod } from "./cache/cache.ts";
import { podUid } from "./cache/pod-info.ts";
import type { Paths } from "./columns/columns.ts";
import { emptyColumns } from "./columns/columns.ts";
import { decideByColumns } from "./columns/decide.ts";
import { fitErrorMessage } from "./fit-error.ts";
import type { Environment } from "./framework/cycle.ts";
import type { Objects } from "./framework/objects.ts";
import { noObjects } from "./framework/objects.ts";
import { schedulerConfig } from "./framework/profile.ts";
import { emptyNominator, nominate, withdraw } from "./queue/nominator.ts";
import { schedulePod } from "./schedule-one.ts";

/** What became of one decision. */
export interface ScheduleOutcome {
  /** The chosen node; absent when none fits. */
  readonly node?: string;
  /** Nodes that were looked at, and those of them that fit. */
  readonly evaluated: number;
  readonly feasible: number;
  /** Upstream's sentence, without what PostFilter adds. */
  readonly fitError?: string;
}

/** The scheduling algorithm over a cache of nodes and pods, without queue, binding or preemption. */
export interface SchedulingAlgorithm {
  addNode(node: Node): void;
  updateNode(node: Node): void;
  removeNode(name: string): void;
  /** A pod with spec.nodeName (also one that was assumed), or a pending pod with status.nominatedNodeName. */
  addPod(pod: Pod): void;
  removePod(pod: Pod): void;
  /** Decides for a pod, which is not counted anywhere before `assume`. */
  schedule(pod: Pod): ScheduleOutcome;
  assume(pod: Pod, node: string): void;
  forget(pod: Pod): void;
  /** Decisions taken from columns, and those that looked at nodes one by one. */
  readonly fastDecisions: number;
  readonly scalarDecisions: number;
  /** Which ways the columns took, and why they did not serve; absent without columns. */
  readonly paths?: Paths;
}

export interface AlgorithmOptions {
  /** A KubeSchedulerConfiguration. */
  readonly config?: unknown;
  readonly percentageOfNodesToScore?: number;
  /** Use columns where they serve; false: the scalar path only. */
  readonly fast?: boolean;
  /** Services, namespaces and other objects that plugins look up. */
  readonly objects?: Objects;
  /** Judge volumes; without, pods are placed as if they had none. */
  readonly volumes?: true;
}

/** A scheduler that is called directly, e.g. by a benchmark. */
export function createAlgorithm(options: AlgorithmOptions = {}): SchedulingAlgorithm {
  const config = schedulerConfig(options.config);
  const percentageOfNodesToScore = options.percentageOfNodesToScore ?? config.percentageOfNodesToScore;
  const cache = emptyCache();
  const nominator = emptyNominator();
  const columns = options.fast === false ? undefined : emptyColumns(0);
  const environment: Environment = {
    cache,
    nominator,
    objects: options.objects ?? noObjects,
    now: 0,
    mutants: new Set(),
    volumes: options.volumes,
    ...(columns !== undefined && { columns }),
  };
  /** For pods of which the columns have said that they do not know. */
  const alone: Environment = { ...environment, columns: undefined };
  let start = 0;
  let fastDecisions = 0;
  let scalarDecisions = 0;

  return {
    ...(columns !== undefined && { paths: columns.paths }),
    addNode: (node) => putNode(cache, node),
    updateNode: (node) => putNode(cache, node),
    removeNode: (name) => removeNode(cache, name),
    addPod(pod) {
      withdraw(nominator, podUid(pod));
      if ((pod.spec.nodeName ?? "") !== "") putPod(cache, pod);
      else nominate(nominator, pod);
    },
    removePod(pod) {
      withdraw(nominator, podUid(pod));
      removePod(cache, pod);
    },
    schedule(pod) {
      const profile = config.profiles.get(pod.spec.schedulerName ?? "default-scheduler");
      if (profile === undefined) throw new InputError(`no profile for schedulerName ${pod.spec.schedulerName ?? ""}`);
      const quick = decideByColumns(environment, profile, pod, { start, percentageOfNodesToScore });
      if (quick?.node !== undefined) {
        start = (start + quick.evaluated) % cache.snapshot.list.length;
        fastDecisions += 1;
        return quick;
      }
      const result = schedulePod(quick === undefined ? alone : environment, profile, pod, {
        start,
        percentageOfNodesToScore,
      });
      start = result.nextStart;
      if (result.fast === true) fastDecisions += 1;
      else scalarDecisions += 1;
      const { node, evaluated, feasible, failure } = result;
      if (node !== undefined) return { node, evaluated, feasible };
      const fitError =
        failure?.kind === "Unschedulable"
          ? fitErrorMessage(cache.snapshot.list.length, result.diagnosis)
          : (failure?.message ?? "");
      return { evaluated, feasible, fitError };
    },
    assume(pod, node) {
      withdraw(nominator, podUid(pod));
      assumePod(cache, pod, node);
    },
    forget: (pod) => void forgetPod(cache, podUid(pod)),
    get fastDecisions() {
      return fastDecisions;
    },
    get scalarDecisions() {
      return scalarDecisions;
    },
  };
}

import type { Pod } from "../api/types/core-v1.ts";
import { compareText } from "../base/order.ts";
import type { NodeInfo } from "./cache/node-info.ts";
import { decideByColumns } from "./columns/decide.ts";
import { diagnoseByColumns } from "./columns/diagnose.ts";
import { activeFilters, filterNodes, noteStatus, numFeasibleNodesToFind, runFilters } from "./filter-nodes.ts";
import { emptyDiagnosis } from "./fit-error.ts";
import type { Cycle, Diagnosis, Environment } from "./framework/cycle.ts";
import { nodeInSnapshot } from "./framework/cycle.ts";
import { newCycle, runPreFilter } from "./pre-filter.ts";
import type { Profile } from "./framework/profile.ts";
import type { Status } from "./framework/status.ts";
import { isRejected, messageOf, status } from "./framework/status.ts";
import type { Scores } from "./score-nodes.ts";
import { scoreNodes } from "./score-nodes.ts";
import { selectHost } from "./select-host.ts";

/** How an attempt is to be made. */
export interface ScheduleOptions {
  readonly start: number;
  /** 0: adaptive. */
  readonly percentageOfNodesToScore: number;
  /** Keep the scores of each plugin. */
  readonly record?: boolean;
}

/** What became of an attempt before PostFilter. */
export type ScheduleResult = Readonly<Result>;

interface Result {
  /** The chosen node. */
  node: string | undefined;
  evaluated: number;
  feasible: number;
  /** Where the next scan starts. */
  nextStart: number;
  /** The nominated node was taken without looking at others. */
  nominated: true | undefined;
  /** Decided from remembered columns; the feasible nodes are not listed then. */
  fast: true | undefined;
  /** "Unschedulable": a fit error; "Error": a plugin failed. */
  failure: { readonly kind: "Unschedulable" | "NoNodes" | "Error"; readonly message: string } | undefined;
  readonly cycle: Cycle;
  readonly diagnosis: Diagnosis;
  feasibleNodes: readonly NodeInfo[];
  scores: Scores | undefined;
  /** The verdict of the PreFilter plugin that ended the attempt. */
  preFilter: Status | undefined;
  narrowed: { readonly names: readonly string[]; readonly by: readonly string[] } | undefined;
}

/** One pass of the algorithm: snapshot, PreFilter, nominated node, Filter, Score, choice. Changes nothing but the snapshot. */
export function schedulePod(
  environment: Environment,
  profile: Profile,
  pod: Pod,
  options: ScheduleOptions,
): ScheduleResult {
  const result = emptyResult(newCycle(environment, profile, pod), options.start);
  const { cycle, diagnosis } = result;
  if (cycle.snapshot.list.length === 0) return failed(result, "NoNodes", "no nodes available to schedule pods");
  if (options.record !== true && tryColumns(result, options)) return result;
  const preFilter = runPreFilter(cycle);
  if (preFilter.verdict !== undefined) return rejectedByPreFilter(result, preFilter.verdict);
  const { narrowed } = preFilter;
  result.narrowed = narrowed;
  for (const plugin of narrowed?.by ?? []) diagnosis.unschedulablePlugins.add(plugin);
  if (tryNominatedNode(result)) return result;

  const candidates = narrowed === undefined ? cycle.snapshot.list : namedNodes(cycle, narrowed.names);
  // What rejected the nominated node is named as well, as upstream keeps both in one set.
  if (narrowed !== undefined) diagnosis.absent = outsideStatus(diagnosis.unschedulablePlugins);
  const percentage = profile.percentageOfNodesToScore ?? options.percentageOfNodesToScore;
  const wanted = profile.plugins.score.length === 0 ? 1 : numFeasibleNodesToFind(candidates.length, percentage);
  return searchNodes(result, candidates, wanted, options);
}

/** Filters the candidates one by one, and scores those that fit. */
function searchNodes(
  result: Result,
  candidates: readonly NodeInfo[],
  wanted: number,
  options: ScheduleOptions,
): Result {
  const { cycle, diagnosis } = result;
  const { feasible, error } = filterNodes(cycle, candidates, options.start, wanted, diagnosis);
  const processed = feasible.length + diagnosis.nodes.size;
  result.nextStart = (options.start + processed) % cycle.snapshot.list.length;
  if (error !== undefined) {
    if (options.record === true) recordAll(cycle, candidates, diagnosis);
    return failed(result, "Error", filterError(error));
  }
  result.feasibleNodes = feasible;
  result.feasible = feasible.length;
  result.evaluated = processed;
  if (feasible.length === 0) return failed(result, "Unschedulable", "");
  if (feasible.length > 1) {
    const scores = scoreNodes(cycle, feasible, options.record === true);
    if (scores.error !== undefined) {
      // Where Score failed, PreScore had its say.
      if (scores.error.plugin === "") result.scores = scores;
      return failed(result, "Error", preScoreError(scores.error));
    }
    result.scores = scores;
  }
  result.node = feasible[result.scores === undefined ? 0 : selectHost(result.scores.totals)]?.name;
  return result;
}

function rejectedByPreFilter(result: Result, verdict: Status): Result {
  const { diagnosis } = result;
  if (!isRejected(verdict)) {
    const message = `running PreFilter plugin "${verdict.plugin}": ${messageOf(verdict)}`;
    result.preFilter = status(verdict.plugin, "Error", message);
    return failed(result, "Error", message);
  }
  result.preFilter = verdict;
  diagnosis.absent = verdict;
  diagnosis.preFilterMessage = messageOf(verdict);
  noteStatus(diagnosis, verdict);
  return failed(result, "Unschedulable", "");
}

/** The node that was promised to the pod is taken without a look at others, if it still fits. */
function tryNominatedNode(result: Result): boolean {
  const { cycle, diagnosis } = result;
  const promised = cycle.pod.status?.nominatedNodeName ?? "";
  const node = promised === "" ? undefined : nodeInSnapshot(cycle, promised);
  if (node === undefined) return false;
  const { feasible } = filterNodes(cycle, [node], 0, 1, diagnosis);
  if (feasible.length === 0) return false;
  result.node = promised;
  result.evaluated = 1;
  result.feasible = 1;
  result.nominated = true;
  result.feasibleNodes = feasible;
  return true;
}

/** Takes the decision of the columns, if they can serve; Reserve finds then what its plugins note in PreFilter. */
function tryColumns(result: Result, options: ScheduleOptions): boolean {
  const { cycle, diagnosis } = result;
  const { profile, pod, snapshot } = cycle;
  const decision = decideByColumns(cycle, profile, pod, options);
  if (decision === undefined) return false;
  result.node = decision.node;
  result.evaluated = decision.evaluated;
  result.feasible = decision.feasible;
  result.nextStart = (options.start + decision.evaluated) % snapshot.list.length;
  result.fast = true;
  if (decision.node !== undefined) {
    runPreFilter(cycle, ({ reserve }) => reserve !== undefined);
    return true;
  }
  runPreFilter(cycle);
  if (!diagnoseByColumns(cycle, options.start, diagnosis)) {
    result.fast = undefined;
    filterNodes(cycle, snapshot.list, options.start, snapshot.list.length, diagnosis);
  }
  failed(result, "Unschedulable", "");
  return true;
}

function emptyResult(cycle: Cycle, start: number): Result {
  return {
    node: undefined,
    evaluated: 0,
    feasible: 0,
    nextStart: start,
    nominated: undefined,
    fast: undefined,
    failure: undefined,
    cycle,
    diagnosis: emptyDiagnosis(),
    feasibleNodes: [],
    scores: undefined,
    preFilter: undefined,
    narrowed: undefined,
  };
}

function failed(result: Result, kind: "Unschedulable" | "NoNodes" | "Error", message: string): Result {
  result.failure = { kind, message };
  return result;
}

/** Notes the verdicts of all candidates, also those that a failing plugin kept from being examined. */
function recordAll(cycle: Cycle, candidates: readonly NodeInfo[], diagnosis: Diagnosis): void {
  const filters = activeFilters(cycle);
  for (const node of candidates) {
    const verdict = runFilters(cycle, filters, node);
    if (verdict === undefined) continue;
    const told = verdict.code === "Error" ? status(verdict.plugin, "Error", filterError(verdict)) : verdict;
    diagnosis.nodes.set(node.name, told);
  }
}

function filterError(verdict: Status): string {
  return `running "${verdict.plugin}" filter plugin: ${messageOf(verdict)}`;
}

function preScoreError(verdict: Status): string {
  if (verdict.plugin === "") return messageOf(verdict);
  return `running PreScore plugin "${verdict.plugin}": ${messageOf(verdict)}`;
}

function outsideStatus(plugins: ReadonlySet<string>): Status {
  const names = [...plugins].sort(compareText).join(" ");
  return status("", "UnschedulableAndUnresolvable", `node(s) didn't satisfy plugin(s) [${names}]`);
}

/** Nodes that PreFilter named, by name (upstream's order is random). */
function namedNodes(cycle: Cycle, names: readonly string[]): readonly NodeInfo[] {
  const found: NodeInfo[] = [];
  for (const name of [...names].sort(compareText)) {
    const node = nodeInSnapshot(cycle, name);
    if (node !== undefined) found.push(node);
  }
  return found;
}

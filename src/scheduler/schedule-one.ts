import type { Pod } from "../api/types/core-v1.ts";
import { compareText } from "../base/order.ts";
import { refreshSnapshot } from "./cache/cache.ts";
import type { NodeInfo } from "./cache/node-info.ts";
import { specInfo } from "./cache/pod-info.ts";
import { decideByColumns } from "./columns/decide.ts";
import { activeFilters, filterNodes, noteStatus, numFeasibleNodesToFind, runFilters } from "./filter-nodes.ts";
import { emptyDiagnosis } from "./fit-error.ts";
import type { Cycle, Diagnosis, Environment } from "./framework/cycle.ts";
import { nodeInSnapshot } from "./framework/cycle.ts";
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
export interface ScheduleResult {
  /** The chosen node. */
  readonly node?: string;
  readonly evaluated: number;
  readonly feasible: number;
  /** Where the next scan starts. */
  readonly nextStart: number;
  /** The nominated node was taken without looking at others. */
  readonly nominated?: boolean;
  /** Decided from remembered columns; the feasible nodes are not listed then. */
  readonly fast?: boolean;
  /** "Unschedulable": a fit error; "Error": a plugin failed. */
  readonly failure?: { readonly kind: "Unschedulable" | "NoNodes" | "Error"; readonly message: string };
  readonly cycle: Cycle;
  readonly diagnosis: Diagnosis;
  readonly feasibleNodes: readonly NodeInfo[];
  readonly scores?: Scores;
  /** The verdict of the PreFilter plugin that ended the attempt. */
  readonly preFilter?: Status;
  readonly narrowed?: { readonly names: readonly string[]; readonly by: readonly string[] };
}

/** One pass of the algorithm: snapshot, PreFilter, nominated node, Filter, Score, choice. Changes nothing but the snapshot. */
export function schedulePod(environment: Environment, profile: Profile, pod: Pod, options: ScheduleOptions): ScheduleResult {
  const cycle = newCycle(environment, profile, pod);
  const diagnosis = emptyDiagnosis();
  const { start } = options;
  const all = cycle.snapshot.list;
  const unchanged = { evaluated: 0, feasible: 0, nextStart: start, cycle, diagnosis, feasibleNodes: [] };
  if (all.length === 0)
    return { ...unchanged, failure: { kind: "NoNodes", message: "no nodes available to schedule pods" } };

  const preFilter = runPreFilter(cycle);
  if (preFilter.verdict !== undefined) {
    const { verdict } = preFilter;
    if (!isRejected(verdict)) {
      const message = `running PreFilter plugin "${verdict.plugin}": ${messageOf(verdict)}`;
      const told = status(verdict.plugin, "Error", message);
      return { ...unchanged, preFilter: told, failure: { kind: "Error", message } };
    }
    diagnosis.absent = verdict;
    diagnosis.preFilterMessage = messageOf(verdict);
    noteStatus(diagnosis, verdict);
    return { ...unchanged, preFilter: verdict, failure: { kind: "Unschedulable", message: "" } };
  }
  const { narrowed } = preFilter;
  const base = { ...unchanged, ...(narrowed !== undefined && { narrowed }) };
  for (const plugin of narrowed?.by ?? []) diagnosis.unschedulablePlugins.add(plugin);

  const promised = pod.status?.nominatedNodeName ?? "";
  if (promised !== "") {
    const node = nodeInSnapshot(cycle, promised);
    const passed = node === undefined ? [] : filterNodes(cycle, [node], 0, 1, diagnosis).feasible;
    if (passed.length > 0)
      return { ...base, node: promised, evaluated: 1, feasible: 1, nominated: true, feasibleNodes: passed };
  }

  const candidates = narrowed === undefined ? all : namedNodes(cycle, narrowed.names);
  if (narrowed !== undefined) diagnosis.absent = outsideStatus(narrowed.by);
  const percentage = profile.percentageOfNodesToScore ?? options.percentageOfNodesToScore;
  const wanted = numFeasibleNodesToFind(candidates.length, percentage);
  if (narrowed === undefined && promised === "" && options.record !== true) {
    const remembered = decideByColumns(cycle, start, wanted);
    if (remembered !== undefined) {
      const { node, feasible, evaluated } = remembered;
      return { ...base, node, feasible, evaluated, nextStart: (start + evaluated) % all.length, fast: true };
    }
  }
  const run = filterNodes(cycle, candidates, start, profile.plugins.score.length === 0 ? 1 : wanted, diagnosis);
  if (run.error !== undefined) {
    if (options.record === true) recordAll(cycle, candidates, diagnosis);
    return { ...base, failure: { kind: "Error", message: filterError(run.error) } };
  }
  const { feasible } = run;
  const evaluated = feasible.length + diagnosis.nodes.size;
  const nextStart = (start + evaluated) % all.length;
  const scanned = { ...base, evaluated, feasible: feasible.length, nextStart, feasibleNodes: feasible };
  const [first] = feasible;
  if (first === undefined) return { ...scanned, failure: { kind: "Unschedulable", message: "" } };
  if (feasible.length === 1) return { ...scanned, node: first.name };
  const scores = scoreNodes(cycle, feasible, options.record === true);
  if (scores.error !== undefined) return { ...scanned, failure: { kind: "Error", message: preScoreError(scores.error) } };
  return { ...scanned, scores, node: feasible[selectHost(scores.totals)]?.name ?? first.name };
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
  return `running PreScore plugin "${verdict.plugin}": ${messageOf(verdict)}`;
}

/** The state of a new attempt, on an up-to-date snapshot. */
export function newCycle(environment: Environment, profile: Profile, pod: Pod): Cycle {
  return {
    ...environment,
    pod,
    info: specInfo(pod),
    profile,
    snapshot: refreshSnapshot(environment.cache),
    state: new Map(),
    skipFilter: new Set(),
    skipScore: new Set(),
  };
}

/** Runs all PreFilter plugins; nodes that several name are intersected. */
export function runPreFilter(cycle: Cycle): {
  readonly verdict?: Status;
  readonly narrowed?: { readonly names: readonly string[]; readonly by: readonly string[] };
} {
  let rejected: Status | undefined;
  let names: ReadonlySet<string> | undefined;
  const by: string[] = [];
  for (const plugin of cycle.profile.plugins.preFilter) {
    const answer = plugin.preFilter?.(cycle);
    if (answer === undefined) continue;
    const verdict = answer.status;
    if (verdict !== undefined) {
      if (verdict.code === "Skip") cycle.skipFilter.add(plugin.name);
      else if (verdict.code === "Unschedulable") rejected = verdict;
      else return { verdict };
    }
    if (answer.nodeNames === undefined) continue;
    const own = answer.nodeNames;
    names = names === undefined ? own : new Set([...names].filter((name) => own.has(name)));
    by.push(plugin.name);
    if (names.size === 0) return { verdict: emptyIntersection(by) };
  }
  if (rejected !== undefined) return { verdict: rejected };
  return names === undefined ? {} : { narrowed: { names: [...names], by } };
}

function emptyIntersection(by: readonly string[]): Status {
  const sorted = [...by].sort(compareText);
  const text =
    sorted.length === 1
      ? `node(s) didn't satisfy plugin ${sorted[0]}`
      : `node(s) didn't satisfy plugin(s) [${sorted.join(" ")}] simultaneously`;
  return status("", "UnschedulableAndUnresolvable", text);
}

function outsideStatus(by: readonly string[]): Status {
  const names = [...by].sort(compareText).join(" ");
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

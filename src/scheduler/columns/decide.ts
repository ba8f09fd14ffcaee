// HOT: one look at what changed per decision; the scalar path is the slow oracle.
import type { Pod } from "../../api/types/core-v1.ts";
import { refreshSnapshot } from "../cache/cache.ts";
import { missing } from "../../base/assert.ts";
import type { NodeInfo } from "../cache/node-info.ts";
import { specInfo } from "../cache/pod-info.ts";
import { numFeasibleNodesToFind } from "../filter-nodes.ts";
import type { Environment } from "../framework/cycle.ts";
import type { Profile } from "../framework/profile.ts";
import { newCycle, runPreFilter } from "../pre-filter.ts";
import { addAffinityScores, affinityGates, hasWeights } from "./affinity-columns.ts";
import { bestRow } from "./best-rows.ts";
import type { Columns } from "./columns.ts";
import { fewerOf, keep, profileColumns, refuse } from "./columns.ts";
import type { Gate } from "./gate.ts";
import type { Incoming } from "./incoming.ts";
import type { LocalTable } from "./local-table.ts";
import { newTable, updateTable } from "./local-table.ts";
import { nominatedGates } from "./nominated-rows.ts";
import type { Related } from "./related.ts";
import { ALONE, relatedOf } from "./related.ts";
import { shapeKey } from "./shape-key.ts";
import { collect, gatedScan, hasScaled, scan, sumScores } from "./scan.ts";
import { bestPlace, makeRoom, scratch } from "./scratch.ts";
import { addSpreadScores, spreadGates } from "./spread-columns.ts";
import { volumeGates } from "./volume-columns.ts";

/** A decision; without a node none is feasible. */
export interface ColumnDecision {
  readonly node?: string;
  readonly evaluated: number;
  readonly feasible: number;
}

/** What columns know about a pod. */
export interface Prepared {
  readonly columns: Columns;
  readonly table: LocalTable;
  readonly related: Related | typeof ALONE;
  /** Nodes that are promised to others. */
  readonly nominated: readonly Gate[];
  /** What the pod's volumes need of a node. */
  readonly volumes: readonly Gate[];
}

/** How the search is to be made; percentage 0: adaptive. */
export interface Search {
  readonly start: number;
  readonly percentageOfNodesToScore: number;
}

/** Shapes that are remembered for each profile, as long as their rows are no more than this in all; the oldest is dropped. */
const MAX_SHAPES = 256;
const MAX_ROWS = 4_000_000;
/** Shapes of which it is known that they came up once. */
const MAX_SEEN = 4096;
const NO_GATES: readonly Gate[] = [];

/** Decides from columns; undefined when they cannot serve this pod. */
export function decideByColumns(
  environment: Environment,
  profile: Profile,
  pod: Pod,
  search: Search,
): ColumnDecision | undefined {
  // First of all, for such pods the scalar path is fast as well.
  if (environment.columns !== undefined && namesNodes(pod)) return refuse(environment.columns, "named nodes");
  const { list } = refreshSnapshot(environment.cache);
  const n = list.length;
  const wanted =
    profile.plugins.score.length > 0
      ? numFeasibleNodesToFind(n, profile.percentageOfNodesToScore ?? search.percentageOfNodesToScore)
      : 1;
  const prepared = prepare(environment, profile, pod, wanted);
  if (prepared === undefined) return undefined;
  const start = search.start % n;
  const { columns, table, related } = prepared;
  const { paths } = columns;
  if (table.feasible === 0) {
    paths.failed += 1;
    return { evaluated: n, feasible: 0 };
  }
  const gates = gatesOf(prepared);
  const soft = related === ALONE ? undefined : related.soft;
  const weights = related === ALONE || !related.scores ? undefined : related.affinity;
  const weighs = weights !== undefined && hasWeights(weights);
  const plain = !hasScaled(table) && soft === undefined && !weighs;
  if (plain && gates.length === 0 && table.best !== undefined && table.feasible <= wanted) {
    paths.best += 1;
    return { node: nameAt(list, bestRow(table.best, start)), evaluated: n, feasible: table.feasible };
  }
  makeRoom(n);
  const window = { start, n, limit: wanted };
  const look = plain ? scan : collect;
  const { rejected, best } = gates.length === 0 ? look(table, window) : gatedScan(table, gates, window);
  const { feasible, rows } = scratch;
  if (feasible === 0) {
    paths.failed += 1;
    return { evaluated: rejected, feasible };
  }
  if (related === ALONE) paths.scanned += 1;
  else paths.related += 1;
  let place = best;
  if (feasible > 1 && !plain) {
    sumScores(table);
    if (weighs) addAffinityScores(weights, scratch, weightOf(profile, "InterPodAffinity"));
    place =
      soft === undefined ? bestPlace(scratch) : addSpreadScores(soft, scratch, weightOf(profile, "PodTopologySpread"));
  }
  return { node: nameAt(list, rows[place] as number), evaluated: feasible + rejected, feasible };
}

function nameAt(list: readonly NodeInfo[], row: number): string {
  return list[row]?.name ?? missing("the node of a row");
}

/** Brings what concerns the pod up to date, of which so many nodes are looked for; undefined when columns cannot serve it. */
export function prepare(environment: Environment, profile: Profile, pod: Pod, wanted: number): Prepared | undefined {
  const { columns, nominator, cache } = environment;
  if (columns === undefined) return undefined;
  const snapshot = refreshSnapshot(cache);
  const n = snapshot.list.length;
  if (n === 0 || n < columns.minNodes) return undefined;
  const of = profileColumns(columns, profile);
  if (of === undefined) return refuse(columns, "unknown plugin");
  if ((pod.status?.nominatedNodeName ?? "") !== "") return refuse(columns, "nominated node");
  snapshot.followed = true;
  const info = specInfo(pod);
  const incoming: Incoming = { pod, info, profile, environment, columns, own: of };
  const table = tableOf(incoming, wanted);
  if (table === undefined) return undefined;
  updateTable(table, snapshot);
  const related = relatedOf(incoming);
  if (related === undefined) return undefined;
  const judged = environment.volumes === true && hasJudgedVolumes(pod);
  const volumes = judged ? volumeGates(columns.volumes, environment, profile, pod) : NO_GATES;
  if (volumes === undefined) return refuse(columns, "volumes");
  if (nominator.byNode.size === 0) return { columns, table, related, nominated: NO_GATES, volumes };
  if (related !== ALONE || judged || environment.mutants.size > 0) return refuse(columns, "nominated pods");
  return { columns, table, related, nominated: nominatedGates(environment, table, pod), volumes };
}

/** Whether PreFilter may leave a few nodes by name, as for the pods of a DaemonSet: the scalar path looks at no other. */
function namesNodes({ spec }: Pod): boolean {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required?.nodeSelectorTerms?.some(({ matchFields }) => (matchFields?.length ?? 0) > 0) === true;
}

/** Volumes, hard constraints and affinities, in the order in which they are told of; only pods without these meet nominated ones. */
export function gatesOf({ related, nominated, volumes }: Prepared): readonly Gate[] {
  if (related === ALONE) return nominated.length > 0 ? nominated : volumes;
  const hard = related.hard === undefined ? NO_GATES : spreadGates(related.hard);
  const affinity = related.affinity === undefined || !related.filters ? NO_GATES : affinityGates(related.affinity);
  if (volumes.length + hard.length === 0) return affinity;
  return volumes.length + affinity.length === 0 ? hard : [...volumes, ...hard, ...affinity];
}

/** Whether a volume plugin may have something to say. */
function hasJudgedVolumes({ spec }: Pod): boolean {
  for (const volume of spec.volumes ?? []) {
    const { configMap, secret, projected, emptyDir, downwardAPI, hostPath, image } = volume;
    if ((configMap ?? secret ?? projected ?? emptyDir ?? downwardAPI ?? hostPath ?? image) === undefined) return true;
  }
  return false;
}

function tableOf(incoming: Incoming, wanted: number): LocalTable | undefined {
  const { pod, info, profile, environment, columns } = incoming;
  const { tables, seen } = incoming.own;
  const key = shapeKey(pod, info);
  if (key === undefined) return refuse(columns, "pod with a status of its own");
  const found = tables.get(key);
  if (found === null) return refuse(columns, "PreFilter or PreScore");
  if (found !== undefined) return found;
  // To judge all nodes pays from the first time on if the scalar path would look at half of them.
  if (!seen.delete(key) && 2 * wanted < environment.cache.snapshot.list.length) {
    keep(seen, key, true, MAX_SEEN);
    return refuse(columns, "new shape");
  }
  const cycle = newCycle(environment, profile, pod);
  const answer = runPreFilter(cycle, ({ local }) => local === true);
  const table = answer.verdict === undefined && answer.narrowed === undefined ? newTable(cycle) : undefined;
  keep(tables, key, table ?? null, fewerOf(MAX_SHAPES, MAX_ROWS, cycle.snapshot.list.length));
  return table ?? refuse(columns, "PreFilter or PreScore");
}

function weightOf({ weights }: Profile, plugin: string): number {
  return weights.get(plugin) ?? 1;
}

import type { ApiObject } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { compareText } from "../../base/order.ts";
import { cast } from "../../base/units.ts";
import type { Attempt } from "../../scheduler/attempt.ts";
import { podKey, podPriority } from "../../scheduler/cache/pod-info.ts";
import type { Status } from "../../scheduler/framework/status.ts";
import { messageOf } from "../../scheduler/framework/status.ts";
import { podVolumesOn } from "../../scheduler/plugins/volume-binding/plugin.ts";
import type { PreemptionDetail } from "../../scheduler/plugins/default-preemption/plugin.ts";

/** An answer in the form of the recorded ones; empty fields are left out. */
export type Answer = { readonly [field: string]: unknown };

const DETAIL_LIMIT = 100;
/** Score plugins that give nothing but zeros here, which the records leave out. */
const UNRECORDED: readonly string[] = ["DynamicResources", "VolumeBinding"];

/** A verdict of one plugin as it is recorded. */
export function verdictOf({ plugin, code, reasons }: Status): Answer {
  return { ...(plugin !== "" && { plugin }), code, ...(reasons.length > 0 && { reasons }) };
}

/** What an attempt answers. */
export function answerOf(attempt: Attempt, start: number): Answer {
  const { schedule } = attempt;
  const { cycle, diagnosis, failure, narrowed, preFilter } = schedule;
  const detailed = cycle.snapshot.list.length <= DETAIL_LIMIT;
  const scored = schedule.scores !== undefined && failure === undefined;
  return nonEmpty({
    node: schedule.node,
    start,
    nextStart: schedule.nextStart,
    ...(failure === undefined && { evaluated: schedule.evaluated, feasible: schedule.feasible }),
    nominated: schedule.nominated,
    error: failure?.kind,
    message: attempt.message,
    ...(failure?.kind === "Unschedulable" && {
      unschedulablePlugins: sorted(diagnosis.unschedulablePlugins),
      pendingPlugins: sorted(diagnosis.pendingPlugins),
      preFilterMsg: diagnosis.preFilterMessage,
    }),
    filterSkip: sorted(cycle.skipFilter),
    scoreSkip: schedule.scores === undefined ? [] : sorted(cycle.skipScore),
    preFilter: preFilter === undefined ? undefined : verdictOf(preFilter),
    narrowed: narrowed === undefined ? undefined : sorted(narrowed.names),
    narrowedBy: narrowed?.by,
    ...(detailed && {
      rejected: grouped(attempt),
      feasibleNodes: recordedOrder(schedule).map((i) => schedule.feasibleNodes[i]?.name),
    }),
    ...(scored &&
      detailed && {
        scores: scoresOf(attempt),
        total: recordedOrder(schedule).map((i) => schedule.scores?.totals[i]),
      }),
    topTotal: scored && !detailed ? Math.max(...(schedule.scores?.totals ?? [])) : undefined,
    volumes: volumesOf(attempt),
    postFilter: postFilterOf(attempt, detailed),
  });
}

/** Writes that bind the pod's volumes to the chosen node. */
function volumesOf({ schedule }: Attempt): Answer | undefined {
  const node = schedule.cycle.cache.nodes.get(schedule.node ?? "")?.node;
  const found = node === undefined ? undefined : podVolumesOn(schedule.cycle, node);
  if (found === undefined || "code" in found || found.bindings.length + found.provisions.length === 0) return undefined;
  const key = ({ metadata }: ApiObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;
  return nonEmpty({
    bind: found.bindings.map(({ claim, volume }) => ({ pvc: key(claim), pv: volume })),
    provision: found.provisions.map(key),
  });
}

function scoresOf({ schedule }: Attempt): unknown {
  const order = recordedOrder(schedule);
  const picked = (values: readonly number[]): readonly number[] => order.map((i) => values[i] ?? 0);
  return schedule.scores?.plugins
    .filter(({ plugin }) => !UNRECORDED.includes(plugin))
    .map(({ plugin, raw, normalized }) => ({
      plugin,
      ...(raw !== undefined && { raw: picked(raw) }),
      norm: picked(normalized),
    }));
}

/** Places in the list of feasible nodes in the recorded order: that of the scan, or by name where PreFilter narrowed. */
function recordedOrder({ feasibleNodes, narrowed }: Attempt["schedule"]): readonly number[] {
  const order = feasibleNodes.map((_, i) => i);
  if (narrowed === undefined) return order;
  return order.sort((a, b) => compareText(feasibleNodes[a]?.name ?? "", feasibleNodes[b]?.name ?? ""));
}

/** Nodes with the same verdict together, in the order of the snapshot. */
function grouped({ schedule }: Attempt): readonly Answer[] {
  return groups(
    schedule.cycle.snapshot.list.map(({ name }) => name),
    schedule.diagnosis.nodes,
  );
}

function groups(order: readonly string[], verdicts: ReadonlyMap<string, Status>): readonly Answer[] {
  const found = new Map<string, { verdict: Status; nodes: string[] }>();
  for (const name of order) {
    const verdict = verdicts.get(name);
    if (verdict === undefined) continue;
    const key = [verdict.plugin, verdict.code, ...verdict.reasons].join("\n");
    const group = found.get(key);
    if (group === undefined) found.set(key, { verdict, nodes: [name] });
    else group.nodes.push(name);
  }
  return [...found.values()].map(({ verdict, nodes }) => ({ ...verdictOf(verdict), nodes }));
}

function postFilterOf({ schedule, postFilter }: Attempt, detailed: boolean): Answer | undefined {
  if (postFilter === undefined) return undefined;
  const { result, status } = postFilter;
  const detail = cast<PreemptionDetail | undefined>(result?.detail);
  const node = result?.nominatedNodeName;
  const { cycle } = schedule;
  const victims = (result?.victims ?? []).filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const best = detail?.candidates.find((candidate) => candidate.node === node);
  const losing = (cycle.nominator.byNode.get(node ?? "") ?? []).filter(
    (pod) => podPriority(pod) < podPriority(cycle.pod),
  );
  return nonEmpty({
    code: status?.code ?? "Success",
    message: status === undefined ? "" : messageOf(status),
    nominate: node,
    clear: node === "" ? true : undefined,
    victims: keys(victims),
    violations: best?.violations,
    cleared: keys(losing),
    ...(detailed &&
      detail !== undefined && {
        candidates: [...detail.candidates]
          .sort((a, b) => compareText(a.node, b.node))
          .map((candidate) =>
            nonEmpty({ node: candidate.node, victims: keys(candidate.pods), violations: candidate.violations }),
          ),
        rejected: groups(
          cycle.snapshot.list.map(({ name }) => name),
          detail.rejected,
        ),
      }),
  });
}

function keys(pods: readonly Pod[]): readonly string[] {
  return pods.map(podKey);
}

function sorted(names: Iterable<string>): readonly string[] {
  return [...names].sort(compareText);
}

/** Leaves out undefined, "", empty lists, and a count of zero violations. */
function nonEmpty(answer: Answer): Answer {
  return Object.fromEntries(
    Object.entries(answer).filter(
      ([field, value]) =>
        value !== undefined &&
        value !== "" &&
        !(Array.isArray(value) && value.length === 0) &&
        !(field === "violations" && value === 0),
    ),
  );
}

import type { ApiObject } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { timestamp } from "../../base/time.ts";
import { cast, SECOND } from "../../base/units.ts";
import type { Attempt } from "../../scheduler/attempt.ts";
import { attempt } from "../../scheduler/attempt.ts";
import { podKey } from "../../scheduler/cache/pod-info.ts";
import { fitErrorMessage } from "../../scheduler/fit-error.ts";
import type { Environment } from "../../scheduler/framework/cycle.ts";
import type { SchedulerConfig } from "../../scheduler/framework/profile.ts";
import { schedulerConfig } from "../../scheduler/framework/profile.ts";
import type { Status } from "../../scheduler/framework/status.ts";
import { runReserve } from "../../scheduler/reserve.ts";
import { claimNameOf } from "../../scheduler/plugins/volume-binding/claims.ts";
import { unsupportedFor } from "../../scheduler/plugins/unsupported.ts";
import type { ScheduleResult } from "../../scheduler/schedule-one.ts";
import { schedulePod } from "../../scheduler/schedule-one.ts";
import type { CaseOutcome, Conformance, Difference } from "./conformance.ts";
import { deepEqual } from "./deep-equal.ts";
import type { Answer } from "./scheduler-answer.ts";
import { answerOf, verdictOf } from "./scheduler-answer.ts";
import type { RecordedCluster } from "./scheduler-cluster.ts";
import { emptyRecordedCluster, remove, store } from "./scheduler-cluster.ts";

interface ScheduleOp {
  readonly op: "schedule";
  readonly pod: Pod;
  readonly expect: Answer;
}

type Op =
  | ScheduleOp
  | { readonly op: "update"; readonly object: ApiObject }
  | { readonly op: "delete"; readonly kind: string; readonly namespace?: string; readonly name: string };

interface Case {
  readonly name: string;
  readonly family: string;
  readonly config?: unknown;
  readonly objects: readonly ApiObject[];
  readonly ops: readonly Op[];
}

/** Replays recorded decisions of kube-scheduler: every decision is asked for on the recorded state and compared whole. */
export const schedulerConformance: Conformance = {
  area: "scheduler",
  recognises: (line) =>
    Array.isArray(line["ops"]) &&
    Array.isArray(line["objects"]) &&
    line["start"] === undefined &&
    line["hints"] === undefined,
  replay: (line) => replayCase(cast<Case>(line)),
};

function replayCase(recorded: Case): CaseOutcome {
  const config = schedulerConfig(recorded.config);
  const cluster = emptyRecordedCluster();
  for (const object of recorded.objects) store(cluster, object);
  const counts = { decisions: 0, agree: 0, disagree: 0, notSupported: 0 };
  const differences: Difference[] = [];
  let start = 0;
  for (const [i, op] of recorded.ops.entries()) {
    if (op.op === "update") store(cluster, op.object);
    else if (op.op === "delete")
      remove(cluster, op.kind, op.namespace === undefined ? op.name : `${op.namespace}/${op.name}`);
    else {
      const answer = decide(config, cluster, op, start);
      counts.decisions += 1;
      const found = typeof answer === "string" ? [] : compare(op.expect, answer);
      if (typeof answer === "string") counts.notSupported += 1;
      else if (found.length === 0) counts.agree += 1;
      else {
        counts.disagree += 1;
        const where = `step ${i}, pod ${podKey(op.pod)}`;
        differences.push(...found.map((difference) => ({ ...difference, where: `${where}: ${difference.where}` })));
      }
      if (op.expect["ignored"] !== true) start = cast<number>(op.expect["nextStart"]);
      follow(cluster, op, i);
    }
  }
  return { family: recorded.family, name: recorded.name, ...counts, differences };
}

/** Our answer, or why there can be none. */
function decide(config: SchedulerConfig, cluster: RecordedCluster, op: ScheduleOp, start: number): Answer | string {
  const { pod } = op;
  const unsupported = unsupportedFor(pod);
  const named = (pod.spec.nodeName ?? "") !== "";
  if (!named) store(cluster, cast<ApiObject>(pod));
  const profile = config.profiles.get(pod.spec.schedulerName ?? "default-scheduler");
  // No profile was asked, so the record says nothing of the scan.
  if (profile === undefined) return { ignored: true, start: 0, nextStart: 0 };
  let gate: Status | undefined;
  for (const plugin of profile.plugins.preEnqueue) gate ??= plugin.preEnqueue?.(pod, cluster.objects);
  if (gate !== undefined) return { gated: verdictOf(gate), start, nextStart: start };
  if (pod.metadata.deletionTimestamp !== undefined)
    return { skipped: `skip schedule deleting pod: ${podKey(pod)}`, start, nextStart: start };
  const environment: Environment = {
    cache: cluster.cache,
    nominator: cluster.nominator,
    objects: cluster.objects,
    now: 0,
    volumes: true,
    mutants: new Set(),
  };
  const options = { start, percentageOfNodesToScore: config.percentageOfNodesToScore, record: true };
  const made = named
    ? withoutPostFilter(schedulePod(environment, profile, pod, options))
    : attempt(environment, profile, pod, options);
  return unsupported ?? withReserve(made, answerOf(made, start));
}

/** Reserve is recorded for pods that have claims. */
function withReserve({ schedule: { cycle, node } }: Attempt, answer: Answer): Answer {
  const chosen = cycle.cache.nodes.get(node ?? "");
  const claims = (cycle.pod.spec.volumes ?? []).some((volume) => claimNameOf(cycle.pod, volume) !== undefined);
  if (chosen === undefined || !claims) return answer;
  const reserve = runReserve(cycle, chosen);
  if (reserve === undefined) return answer;
  const { volumes: _, ...rest } = answer;
  return { ...rest, reserve: verdictOf(reserve) };
}

function withoutPostFilter(schedule: ScheduleResult): Attempt {
  const { failure, cycle, diagnosis } = schedule;
  if (failure?.kind !== "Unschedulable") return { schedule, message: failure?.message ?? "" };
  return { schedule, message: fitErrorMessage(cycle.snapshot.list.length, diagnosis) };
}

/** What is recorded to follow from the decision itself. */
function follow(cluster: RecordedCluster, op: ScheduleOp, index: number): void {
  const node = cast<string | undefined>(op.expect["node"]);
  if (node === undefined || op.expect["reserve"] !== undefined) return;
  const { nominatedNodeName: _, ...status } = op.pod.status ?? {};
  store(
    cluster,
    cast<ApiObject>({
      ...op.pod,
      spec: { ...op.pod.spec, nodeName: node },
      status: { ...status, phase: "Running", startTime: timestamp(index * SECOND) },
    }),
  );
}

/** All fields that differ; where several answers are legal, each of them is right. */
function compare(expected: Answer, actual: Answer): Difference[] {
  const { ambiguous, legal, ...rest } = expected;
  const found: Difference[] = [];
  for (const field of new Set([...Object.keys(rest), ...Object.keys(actual)])) {
    if (field === "node" && ambiguous === true && cast<string[] | undefined>(legal)?.includes(String(actual["node"])))
      continue;
    const same =
      field === "postFilter"
        ? samePostFilter(cast(expected[field]), cast(actual[field]))
        : field === "volumes"
          ? sameVolumes(cast(expected[field]), actual[field], actual["node"] === expected["node"])
          : deepEqual(expected[field], actual[field]);
    if (!same) found.push({ where: field, expected: expected[field], actual: actual[field] });
  }
  return found;
}

/** Several volumes of one size may be bound; on another legal node other volumes are. */
function sameVolumes(expected: Answer | undefined, actual: unknown, sameNode: boolean): boolean {
  if (!sameNode || expected === undefined) return !sameNode || actual === undefined;
  const { legal, bind, ...rest } = expected;
  const { bind: ours, ...others } = cast<Answer>(actual ?? {});
  if (!deepEqual(rest, others)) return false;
  return (
    deepEqual(bind, ours) || (cast<readonly unknown[] | undefined>(legal)?.some((one) => deepEqual(one, ours)) ?? false)
  );
}

function samePostFilter(expected: Answer | undefined, actual: Answer | undefined): boolean {
  if (expected === undefined || actual === undefined || expected["ambiguous"] !== true)
    return deepEqual(expected, actual);
  const legal = cast<readonly { readonly node: string; readonly victims?: readonly string[] }[]>(
    expected["legal"] ?? [],
  );
  const choice = legal.find(({ node }) => node === actual["nominate"]);
  if (choice === undefined) return false;
  const { ambiguous: _a, legal: _l, nominate: _n, victims: _v, violations: _x, cleared: _c, ...fixed } = expected;
  const { nominate: _n2, victims: _v2, violations: _x2, cleared: _c2, ...ours } = actual;
  return deepEqual(fixed, ours);
}

import type { ApiObject } from "../../api/object.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { clonePlain } from "../../base/clone.ts";
import { compareText } from "../../base/order.ts";
import { cast } from "../../base/units.ts";
import { refreshSnapshot } from "../../scheduler/cache/cache.ts";
import { podKey, podUid } from "../../scheduler/cache/pod-info.ts";
import { handleFailure } from "../../scheduler/loop/failure-handler.ts";
import { scheduleOne } from "../../scheduler/loop/schedule-cycle.ts";
import { backoffExpiration } from "../../scheduler/queue/backoff.ts";
import { heapFix } from "../../scheduler/queue/heap-remove.ts";
import { doneInFlight } from "../../scheduler/queue/in-flight.ts";
import { activate, activeLess, popFromQueue } from "../../scheduler/queue/scheduling-queue.ts";
import type { QueuedPodInfo } from "../../scheduler/queue/state.ts";
import type { CaseOutcome, Conformance, Difference } from "./conformance.ts";
import { deepEqual } from "./deep-equal.ts";
import type { QueueWorld, RecordedTimes } from "./scheduler-queue-world.ts";
import { advance, deliver, erase, loopNow, newQueueWorld, perform, put, release } from "./scheduler-queue-world.ts";

interface Op {
  readonly at: number;
  readonly op: "apply" | "delete" | "deliver" | "wait" | "pop" | "fail" | "done" | "activate" | "schedule" | "bind";
  readonly object?: ApiObject;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly pod?: string;
  readonly uid?: string;
  readonly plugins?: readonly string[];
  readonly pending?: readonly string[];
  readonly error?: string | boolean;
  readonly nominate?: string;
  readonly pods?: readonly string[];
  readonly bind?: string;
  readonly until?: number;
  readonly during?: readonly Op[];
  readonly expect?: { readonly [field: string]: unknown };
}

interface Case {
  readonly name: string;
  readonly family: string;
  readonly start: number;
  readonly config?: RecordedTimes;
  readonly lag?: boolean;
  readonly graceful?: boolean;
  readonly objects?: readonly ApiObject[];
  readonly ops: readonly Op[];
}

type Popped = Map<string, QueuedPodInfo>;

/** Replays recorded steps of the scheduler's queue and loop: after each, the whole queue must be as recorded. */
export const schedulerQueueConformance: Conformance = {
  area: "queue",
  recognises: (line) => Array.isArray(line["ops"]) && typeof line["start"] === "number",
  replay: (line) => replayCase(cast<Case>(line)),
};

function replayCase(recorded: Case): CaseOutcome {
  const world = newQueueWorld(recorded.start, recorded.graceful === true, recorded.config);
  for (const object of recorded.objects ?? []) put(world, object);
  while (deliver(world));
  const counts = { decisions: recorded.ops.length, agree: 0, disagree: 0, notSupported: 0 };
  const differences: Difference[] = [];
  const popped: Popped = new Map();
  let state: unknown = {};
  for (const [i, op] of recorded.ops.entries()) {
    advance(world, op.at);
    const pod = step(world, op, popped, recorded.lag === true);
    if (recorded.lag !== true) while (deliver(world));
    state = op.expect?.["state"] ?? state;
    const found = compare(world, op, pod, cast(state));
    if (found.length === 0) counts.agree += 1;
    else counts.disagree += 1;
    differences.push(...found.map((one) => ({ ...one, where: `step ${i} (${op.op}): ${one.where}` })));
  }
  return { family: recorded.family, name: recorded.name, ...counts, differences };
}

/** Carries out a step; the pod that was popped, if any. */
function step(world: QueueWorld, op: Op, popped: Popped, lag: boolean): Pod | undefined {
  const { queue } = loopNow(world);
  const key = op.namespace === undefined ? (op.name ?? "") : `${op.namespace}/${op.name ?? ""}`;
  if (op.op === "apply" && op.object !== undefined) put(world, op.object);
  else if (op.op === "delete") erase(world, op.kind ?? "", key);
  else if (op.op === "deliver") deliver(world);
  else if (op.op === "activate") {
    for (const name of op.pods ?? []) {
      const pod = world.stores.get("pods")?.objects.get(name);
      if (pod !== undefined) activate(queue, [cast<Pod>(pod)]);
    }
  } else if (op.op === "done") {
    popped.delete(op.uid ?? "");
    doneInFlight(world.state.queue, op.uid ?? "");
  } else if (op.op === "fail") fail(world, op, popped);
  else if (op.op === "bind") release(world, op.pod ?? "", op.bind ?? "ok");
  else if (op.op === "pop" || op.op === "schedule") return popOrSchedule(world, op, popped, lag);
  return undefined;
}

function popOrSchedule(world: QueueWorld, op: Op, popped: Popped, lag: boolean): Pod | undefined {
  preferRecorded(world, op);
  if (op.op === "pop") {
    const info = popFromQueue(loopNow(world).queue);
    if (info !== undefined) popped.set(podUid(info.pod), info);
    return info?.pod;
  }
  const { active, backoff } = world.state.queue;
  const next = active[0] ?? backoff[0];
  const loop = loopNow(world);
  if (op.until === undefined) scheduleOne(loop);
  else {
    // The attempt goes on with the snapshot that it began with.
    refreshSnapshot(world.state.cache);
    const environment = { ...loop.environment, cache: clonePlain(world.state.cache), columns: undefined };
    scheduleOne({ ...loop, environment }, () => {
      for (const one of op.during ?? []) {
        advance(world, one.at);
        step(world, one, popped, lag);
        if (!lag) while (deliver(world));
      }
      advance(world, op.until ?? world.now);
      return loopNow(world);
    });
  }
  perform(world, op.bind ?? "ok");
  return next?.pod;
}

function fail(world: QueueWorld, op: Op, popped: Popped): void {
  const info = popped.get(op.uid ?? "");
  popped.delete(op.uid ?? "");
  if (info === undefined) return;
  const byError = op.error !== undefined && op.error !== false;
  handleFailure(loopNow(world), info, {
    reason: byError ? "SchedulerError" : "Unschedulable",
    message: byError ? String(op.error) : "0/0 nodes are available:",
    unschedulablePlugins: new Set(op.plugins),
    pendingPlugins: new Set(op.pending),
    nominate: op.nominate,
  });
  perform(world, "ok");
}

/** Among pods that are equal in the order, the recorded choice goes first. */
function preferRecorded(world: QueueWorld, { expect }: Op): void {
  const { pod } = cast<{ readonly pod?: string }>(expect?.["pop"] ?? expect?.["attempt"] ?? {});
  const { active, queued } = world.state.queue;
  const info = queued.get(pod ?? "");
  const head = active[0];
  if (expect?.["legal"] === undefined || info?.place !== "active" || head === undefined) return;
  info.sequence = -info.sequence;
  heapFix(active, active.indexOf(info), activeLess);
}

function compare(
  world: QueueWorld,
  op: Op,
  pod: Pod | undefined,
  recorded: { readonly [field: string]: unknown },
): Difference[] {
  const found: Difference[] = [];
  const check = (where: string, expected: unknown, actual: unknown): void => {
    if (!deepEqual(expected, actual)) found.push({ where, expected, actual });
  };
  const tried = cast<{ readonly pod?: string } | undefined>(op.expect?.["pop"] ?? op.expect?.["attempt"]);
  if (op.op === "pop" || op.op === "schedule") check("pod", tried?.pod, pod === undefined ? undefined : podKey(pod));
  const ours = stateOf(world);
  const expected = comparable(recorded);
  for (const field of Object.keys(ours)) check(field, expected[field], ours[field]);
  return found;
}

/** The recorded state without the leftover of cleared nominations, sets in order of name. */
function comparable(state: { readonly [field: string]: unknown }): { readonly [field: string]: unknown } {
  const strings = (field: string): readonly string[] => cast<readonly string[]>(state[field] ?? []);
  const record = (field: string): { readonly [key: string]: unknown } => cast(state[field] ?? {});
  const waits = cast<readonly { readonly pod: string; readonly until: number }[]>(state["errorBackoff"] ?? []);
  const backoff = cast<readonly { readonly pod: string; readonly until: number }[]>(state["backoff"] ?? []);
  const { "": _, ...nominated } = record("nominated");
  return {
    active: sorted(strings("active")),
    backoff: sorted(backoff.map(({ pod, until }) => `${pod} ${until}`)),
    errorBackoff: sorted(waits.map(({ pod, until }) => `${pod} ${until}`)),
    unschedulable: record("unschedulable"),
    gated: record("gated"),
    nominated,
    info: record("info"),
    inFlight: strings("inFlight").filter((entry) => !entry.startsWith("+")).length,
  };
}

function stateOf(world: QueueWorld): { readonly [field: string]: unknown } {
  const { queue, nominator } = world.state;
  const { times } = loopNow(world).queue;
  const until = (info: QueuedPodInfo): string => `${podKey(info.pod)} ${(backoffExpiration(info, times) ?? 0) / 1000}`;
  const queued = [...queue.queued.values()];
  return {
    active: sorted(queue.active.map(({ pod }) => podKey(pod))),
    backoff: sorted(queue.backoff.map(until)),
    errorBackoff: sorted(queue.errorBackoff.map(until)),
    unschedulable: Object.fromEntries(
      [...queue.unschedulable.values()].map((info) => [podKey(info.pod), sorted([...info.unschedulablePlugins])]),
    ),
    gated: Object.fromEntries(
      queued.filter((info) => info.gatingPlugin !== undefined).map((info) => [podKey(info.pod), info.gatingPlugin]),
    ),
    nominated: Object.fromEntries([...nominator.byNode].map(([node, pods]) => [node, pods.map(podKey)])),
    info: Object.fromEntries(
      queued.map((info) => [
        podKey(info.pod),
        [info.attempts, info.unschedulableCount, info.consecutiveErrors, info.timestamp],
      ]),
    ),
    inFlight: queue.inFlight.size,
  };
}

function sorted(names: readonly string[]): readonly string[] {
  return [...names].sort(compareText);
}

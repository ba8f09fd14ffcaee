import { heapPop } from "../../base/heap.ts";
import type { Millis } from "../../base/units.ts";
import { begin, KILLED, NOT_RUNNING } from "./begin-call.ts";
import { writeDiary } from "./diary.ts";
import { releaseAddress, takeAddress } from "./pod-addresses.ts";
import { newestOf, putContainer, putPod, putSandboxes, recordOf } from "./pod-records.ts";
import type {
  Call,
  ContainerRecord,
  MachineEvent,
  PodRuntime,
  RandomOf,
  Running,
  RuntimeRequest,
  RuntimeState,
  Scheduled,
} from "./runtime-state.ts";
import { plan, sooner } from "./schedule.ts";

/** Exit code that containerd records for a container that could not be started. */
const START_FAILED = 128;

/** Hands a request to the runtime; what it answers comes out of `advance`, at `nextAt` at the earliest. */
export function call(state: RuntimeState, request: RuntimeRequest, now: Millis, random: RandomOf): void {
  if (request.client !== state.client) hangUp(state);
  state.client = request.client;
  if (request.type === "List") {
    state.outbox.list = true;
    state.outboxAt = now;
    return;
  }
  const key = `${request.client}/${request.id}`;
  const run: Running = { request, index: 0, results: [], since: now, token: 0 };
  state.running.set(key, run);
  step(state, key, run, now, random);
}

/** The client is gone: calls under way go on, but none follows them. */
export function hangUp(state: RuntimeState): void {
  for (const [key, run] of state.running) {
    const request = { ...run.request, calls: run.request.calls.slice(0, run.index + 1) };
    state.running.set(key, { ...run, request });
  }
  state.outbox = { answers: [], changed: new Set(), list: false };
  state.outboxAt = undefined;
}

/** When something happens next without a call. */
export function nextAt(state: RuntimeState): Millis | undefined {
  const top = state.schedule[0]?.at;
  if (state.outboxAt === undefined) return top;
  return top === undefined ? state.outboxAt : Math.min(top, state.outboxAt);
}

/** Lets everything happen that is due, and tells it. */
export function advance(state: RuntimeState, now: Millis, random: RandomOf): MachineEvent[] {
  for (let next = state.schedule[0]; next !== undefined && next.at <= now; next = state.schedule[0]) {
    heapPop(state.schedule, sooner);
    fire(state, next, random);
  }
  return tell(state);
}

/** Ends a running container; false when it does not run. */
export function exitContainer(
  state: RuntimeState,
  uid: string,
  id: string,
  end: { readonly exitCode: number; readonly reason?: string; readonly message?: string },
  now: Millis,
  random: RandomOf,
): boolean {
  const pod = state.pods.get(uid);
  const record = recordOf(pod, id);
  if (pod === undefined || record === undefined || record.state !== "running") return false;
  putContainer(state, pod, {
    finishedAt: now,
    exitCode: end.exitCode,
    reason: end.reason ?? (end.exitCode === 0 ? "Completed" : "Error"),
    ...(end.message !== undefined && { message: end.message }),
    ...record,
    state: "exited",
  });
  state.terminating.delete(id);
  touch(state, now);
  for (const [key, run] of [...state.running]) {
    if (run.waitsFor !== id) continue;
    delete run.waitsFor;
    run.token = 0;
    const hook = run.request.calls[run.index]?.call === "ExecSync";
    finish(state, key, run, hook ? NOT_RUNNING : undefined, now, random);
  }
  return true;
}

function fire(state: RuntimeState, item: Scheduled, random: RandomOf): void {
  if (item.kind === "call") {
    const run = state.running.get(item.key);
    if (run === undefined || run.token !== item.token) return;
    finish(state, item.key, run, run.outcome, item.at, random);
  } else if (item.kind === "pull") {
    for (const key of state.pulling.get(item.key) ?? []) {
      const run = state.running.get(key);
      if (run !== undefined) finish(state, key, run, run.outcome, item.at, random);
    }
    state.pulling.delete(item.key);
  } else {
    const record = recordOf(state.pods.get(item.uid), item.key);
    if (record === undefined) return;
    const own = item.exitCode === undefined;
    const end = own
      ? { exitCode: record.behaviour.exit ?? 0, ...pick(record, "reason"), ...pick(record, "message") }
      : { exitCode: item.exitCode ?? KILLED };
    exitContainer(state, item.uid, item.key, end, item.at, random);
  }
}

function pick(record: ContainerRecord, field: "reason" | "message"): { readonly [f: string]: string } {
  const value = record.behaviour[field];
  return value === undefined ? {} : { [field]: value };
}

function tell(state: RuntimeState): MachineEvent[] {
  const { answers, changed, list } = state.outbox;
  if (state.outboxAt === undefined) return [];
  state.outbox = { answers: [], changed: new Set(), list: false };
  state.outboxAt = undefined;
  const events: MachineEvent[] = [];
  if (list) {
    const absent = state.preloadedAll ? listedImages(state) : undefined;
    events.push({
      type: "list",
      client: state.client,
      pods: [...state.pods.values()],
      images: [...state.images],
      ...(absent !== undefined && { imagesAbsent: absent }),
    });
  }
  if (answers.length > 0 || (changed.size > 0 && !list)) {
    const changes = [...changed].map((uid) => ({ uid, pod: state.pods.get(uid) }));
    events.push({ type: "runtime", answers, changes });
  }
  return events;
}

function listedImages(state: RuntimeState): string[] {
  const listed: string[] = [];
  for (const rule of state.rules) if (rule.pulls !== undefined && rule.image !== undefined) listed.push(rule.image);
  return listed;
}

function touch(state: RuntimeState, now: Millis): void {
  if (state.outboxAt === undefined) state.outboxAt = now;
}

/** Runs the sequence on until a call takes time. */
function step(state: RuntimeState, key: string, run: Running, now: Millis, random: RandomOf): void {
  const next = run.request.calls[run.index];
  if (next === undefined) {
    state.running.delete(key);
    const { client, id, uid } = run.request;
    if (client === state.client) state.outbox.answers.push({ client, id, uid, results: run.results });
    touch(state, now);
    return;
  }
  run.since = now;
  const begun = begin(state, key, run, next, now, random);
  if (state.diary !== undefined)
    writeDiary(state, run.request.uid, next, "error" in begun ? begun.error : undefined, now);
  if ("waitsFor" in begun) {
    run.waitsFor = begun.waitsFor;
    return;
  }
  if (begun.takes <= 0) {
    finish(state, key, run, begun.error, now, random);
    return;
  }
  if (begun.error === undefined) delete run.outcome;
  else run.outcome = begun.error;
  if (next.call === "PullImage") return;
  run.token = plan(state, now + begun.takes, "call", key, run.request.uid);
  if (next.call === "ExecSync") {
    const record = newestOf(state.pods.get(run.request.uid), next.container);
    if (record !== undefined) run.waitsFor = record.id;
  }
}

function finish(
  state: RuntimeState,
  key: string,
  run: Running,
  error: string | undefined,
  now: Millis,
  random: RandomOf,
): void {
  const done = run.request.calls[run.index];
  delete run.waitsFor;
  if (done !== undefined) complete(state, run, done, error, now, random);
  run.results.push({ takes: now - run.since, ...(error !== undefined && { error }) });
  run.index = error === undefined ? run.index + 1 : run.request.calls.length;
  step(state, key, run, now, random);
}

/** Carries out the effect of a call that has ended. */
function complete(
  state: RuntimeState,
  run: Running,
  done: Call,
  error: string | undefined,
  now: Millis,
  random: RandomOf,
): void {
  const { uid } = run.request;
  const pod = state.pods.get(uid);
  if (done.call === "StartContainer") {
    const record = newestOf(pod, done.container);
    if (pod !== undefined && record !== undefined) startRecord(state, pod, record, error, now);
    return;
  }
  if (error !== undefined) return;
  if (done.call === "RunPodSandbox") createSandbox(state, run, done);
  else if (done.call === "PullImage") state.images.add(done.image);
  else if (pod === undefined) return;
  else if (done.call === "StopPodSandbox") stopSandbox(state, pod, now, random);
  else if (done.call === "RemovePodSandbox") putSandboxes(state, pod, []);
  else if (done.call === "RemoveContainer") {
    putPod(state, { ...pod, containers: pod.containers.filter((r) => r.id !== done.id) });
  } else if (done.call === "UpdateContainerResources") {
    const record = recordOf(pod, done.id);
    const resources = { ...record?.resources, ...done.resources };
    if (record !== undefined) putContainer(state, pod, { ...record, resources });
  }
}

function startRecord(
  state: RuntimeState,
  pod: PodRuntime,
  record: ContainerRecord,
  error: string | undefined,
  now: Millis,
): void {
  if (error !== undefined) {
    const end = { exitCode: START_FAILED, reason: "StartError", message: error, startedAt: now, finishedAt: now };
    putContainer(state, pod, { ...record, state: "exited", ...end });
    return;
  }
  putContainer(state, pod, { startedAt: now, ...record, state: "running" });
  const { runs } = record.behaviour;
  if (runs !== undefined) plan(state, now + runs, "exit", record.id, pod.uid);
}

function createSandbox(state: RuntimeState, run: Running, done: Extract<Call, { call: "RunPodSandbox" }>): void {
  const { uid, name, namespace } = run.request;
  const pod = state.pods.get(uid) ?? { uid, name, namespace, sandboxes: [], containers: [] };
  const ip = done.hostNetwork ? undefined : takeAddress(state.addresses);
  state.sequence += 1;
  const id = `${state.node}-${state.sequence}`;
  const sandbox = { id, attempt: done.attempt, ready: true, ...(ip !== undefined && { ip }) };
  putSandboxes(state, pod, [sandbox, ...pod.sandboxes]);
}

function stopSandbox(state: RuntimeState, pod: PodRuntime, now: Millis, random: RandomOf): void {
  for (const record of pod.containers) {
    if (record.state === "running") exitContainer(state, pod.uid, record.id, { exitCode: KILLED }, now, random);
  }
  const stopped = state.pods.get(pod.uid) ?? pod;
  for (const { ready, ip } of stopped.sandboxes) if (ready && ip !== undefined) releaseAddress(state.addresses, ip);
  putSandboxes(
    state,
    stopped,
    stopped.sandboxes.map((s) => (s.ready ? { ...s, ready: false } : s)),
  );
}

import { unreachable } from "../../base/assert.ts";
import type { Millis } from "../../base/units.ts";
import { behaviourOf, pullOf, sandboxOf } from "./behaviour.ts";
import { newestOf, putPod, recordOf } from "./pod-records.ts";
import type { Call, ContainerRecord, RandomOf, Running, RuntimeState } from "./runtime-state.ts";
import { plan } from "./schedule.ts";

/** Exit code of a container that SIGKILL ended. */
export const KILLED: number = 137;
const TERMINATED = 143;

/** A call is done at once, takes a time, or waits for a container to end. */
type Begun = { readonly takes: Millis; readonly error?: string } | { readonly waitsFor: string };

/** The error of a hook or an exec in a container that does not run. */
export const NOT_RUNNING: string = "rpc error: code = Unknown desc = container is not running";
const DONE: Begun = { takes: 0 };

/** Starts one call: how long it takes, whether it fails, or which container must end first. */
export function begin(
  state: RuntimeState,
  key: string,
  run: Running,
  next: Call,
  now: Millis,
  random: RandomOf,
): Begun {
  const { uid, name } = run.request;
  const pod = state.pods.get(uid);
  switch (next.call) {
    case "RunPodSandbox": {
      const { takes = 0, error } = sandboxOf(state.rules, name, count(state, state.sandboxCount, uid));
      return { takes, ...(error !== undefined && { error }) };
    }
    case "PullImage":
      return beginPull(state, key, next.image, now, random);
    case "CreateContainer": {
      const n = count(state, state.createCount, `${uid}/${next.container}`);
      const behaviour = behaviourOf(state.rules, { pod: name, ...next }, n, random);
      const { takes = 0, error } = behaviour.create ?? {};
      if (error === undefined) createRecord(state, run, next, behaviour, now);
      return { takes, ...(error !== undefined && { error }) };
    }
    case "StartContainer": {
      const { takes = 0, error } = newestOf(pod, next.container)?.behaviour.start ?? {};
      return { takes, ...(error !== undefined && { error }) };
    }
    case "StopContainer":
      return beginStop(state, uid, recordOf(pod, next.id), next.graceMs, now);
    case "ExecSync":
      return beginHook(newestOf(pod, next.container), next.hook, next.timeoutMs);
    case "StopPodSandbox":
    case "RemovePodSandbox":
    case "RemoveContainer":
    case "UpdateContainerResources":
      return DONE;
    default:
      return unreachable(next);
  }
}

function beginPull(state: RuntimeState, key: string, image: string, now: Millis, random: RandomOf): Begun {
  const waiting = state.pulling.get(image);
  if (waiting !== undefined) {
    const first = state.running.get(waiting[0] ?? "");
    waiting.push(key);
    return { takes: 1, ...(first?.outcome !== undefined && { error: first.outcome }) };
  }
  const { takes = 0, error } = pullOf(state.rules, image, count(state, state.pullCount, image), random);
  if (takes > 0) {
    state.pulling.set(image, [key]);
    plan(state, now + takes, "pull", image, "");
  }
  return { takes, ...(error !== undefined && { error }) };
}

function beginStop(
  state: RuntimeState,
  uid: string,
  record: ContainerRecord | undefined,
  graceMs: Millis,
  now: Millis,
): Begun {
  if (record === undefined || record.state !== "running") return DONE;
  const { termination = 0, termExit = TERMINATED } = record.behaviour;
  if (!state.terminating.has(record.id)) {
    state.terminating.add(record.id);
    if (termination !== "ever") plan(state, now + termination, "exit", record.id, uid, termExit);
  }
  plan(state, now + graceMs, "exit", record.id, uid, KILLED);
  return { waitsFor: record.id };
}

function beginHook(
  record: ContainerRecord | undefined,
  hook: "postStart" | "preStop",
  timeoutMs: Millis = Number.POSITIVE_INFINITY,
): Begun {
  if (record === undefined || record.state !== "running") return { takes: 0, error: NOT_RUNNING };
  const { takes = 0, exit = 0 } = record.behaviour[hook] ?? {};
  if (takes > timeoutMs) return { takes: timeoutMs, error: "timed out" };
  return exit === 0 ? { takes } : { takes, error: `exited with ${exit}: ` };
}

function createRecord(
  state: RuntimeState,
  run: Running,
  next: Extract<Call, { call: "CreateContainer" }>,
  behaviour: ContainerRecord["behaviour"],
  now: Millis,
): void {
  const pod = state.pods.get(run.request.uid);
  if (pod === undefined) return;
  state.sequence += 1;
  const record: ContainerRecord = {
    id: `${state.node}-${state.sequence}`,
    name: next.container,
    attempt: next.attempt,
    image: next.image,
    sandbox: pod.sandboxes[0]?.id ?? "",
    sequence: state.sequence,
    state: "created",
    createdAt: now,
    ...(next.resources !== undefined && { resources: next.resources }),
    behaviour,
  };
  putPod(state, { ...pod, containers: [record, ...pod.containers] });
}

/** Which time it is, for rules with an entry a time; without rules nobody counts. */
function count({ rules }: RuntimeState, counts: Map<string, number>, key: string): number {
  if (rules.length === 0) return 0;
  const n = counts.get(key) ?? 0;
  counts.set(key, n + 1);
  return n;
}

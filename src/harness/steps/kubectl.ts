import { assert, present } from "../../base/assert.ts";
import type { Millis } from "../../base/units.ts";
import type { Component, ComponentEvent, Io, Tag } from "../../client/component.ts";
import type { Request, Response } from "../../api/request.ts";
import type { Disturbance } from "../expectations/expectation.ts";
import { isFault, knownBeforeFork } from "../plan/plan.ts";
import type { PlanSpec, Step, UserStep } from "../plan/plan.ts";
import { ADMIN } from "./admin.ts";
import type { CheckResult } from "./check-result.ts";
import { stepNamed } from "./index.ts";
import type { StepInput, StepMove, StepProgram, StepReply, StepResult } from "./step-program.ts";

/** One command on its way. */
export interface StepRun {
  phase: "waiting" | "running" | "done";
  memory: unknown;
  requests: readonly Request[];
  replies: (StepReply | undefined)[];
  /** Requests without an answer yet. */
  open: number;
  startedAt?: Millis;
  endedAt?: Millis;
  result?: StepResult;
}

/** Everything that the user remembers: plain data. The lists only grow, so a reader keeps its place by index. */
export interface KubectlState {
  /** By position in the plan; a fault's place stays empty. */
  readonly runs: (StepRun | undefined)[];
  readonly disturbances: Disturbance[];
  readonly checks: CheckResult[];
  /** Commands that have not ended. */
  left: number;
}

/** Attempts of one request before the user gives up: over two minutes of server trouble. */
const MAX_ATTEMPTS = 20;
const MAX_PAUSE_MS = 10_000;

/** The user at the keyboard: carries out the commands of a plan, each at its time. Those after a fork occur to them there. */
export function kubectl(spec: Pick<PlanSpec, "steps" | "fork">): Component<KubectlState> {
  const { steps, fork } = spec;
  const known = knownBeforeFork(spec);
  return {
    name: "kubectl",
    watches: [],
    init: () => {
      const state: KubectlState = { runs: [], disturbances: [], checks: [], left: 0 };
      learn(steps.slice(0, known), state);
      return state;
    },
    handle: (state, event, io) => {
      if (event.type === "start") {
        if (fork !== undefined) io.timer(Math.max(fork.at, io.now), { type: "fork" });
        plan(steps, state, 0, io);
      } else if (event.type === "timer" && event.tag.type === "fork") {
        learn(steps, state);
        plan(steps, state, known, io);
      } else handle(steps, state, event, io);
    },
  };
}

/** Takes in the steps that the user did not know. */
function learn(steps: readonly Step[], state: KubectlState): void {
  for (const step of steps.slice(state.runs.length)) {
    if (!isFault(step)) state.left += 1;
    state.runs.push(
      isFault(step) ? undefined : { phase: "waiting", memory: undefined, requests: [], replies: [], open: 0 },
    );
  }
}

/** Sets the times of the known commands from this place on; one that comes after another waits until that has ended. */
function plan(steps: readonly Step[], state: KubectlState, from: number, io: Io): void {
  for (let index = from; index < state.runs.length; index += 1) {
    const step = steps[index];
    if (step === undefined || isFault(step)) continue;
    const before = step.after === undefined ? undefined : previous(steps, index);
    if (before === undefined || state.runs[before]?.phase === "done")
      io.timer(Math.max(step.at, io.now), { type: "begin", index });
  }
}

function handle(steps: readonly Step[], state: KubectlState, event: ComponentEvent, io: Io): void {
  if (event.type !== "timer" && event.type !== "reply") return;
  const index = Number(event.tag["index"]);
  const run = state.runs[index];
  if (run === undefined) return;
  if (event.type === "reply") answer(steps, state, index, event.tag, event.request, event.response, io);
  else if (event.tag.type === "retry") {
    const slot = Number(event.tag["slot"]);
    io.request(present(run.requests[slot], "the request of a retry"), { ...event.tag, type: "reply" });
  } else if (event.tag.type === "begin") begin(steps, state, index, io);
  else advance(steps, state, index, { type: "wake" }, io);
}

function begin(steps: readonly Step[], state: KubectlState, index: number, io: Io): void {
  const run = present(state.runs[index], "the run of a step");
  if (run.phase !== "waiting") return;
  const step = userStep(steps, index);
  run.phase = "running";
  run.startedAt = io.now;
  io.trace(step.step, `step ${index}`);
  run.memory = programOf(step).start(step.params, { now: io.now, index });
  advance(steps, state, index, { type: "begin" }, io);
}

function advance(steps: readonly Step[], state: KubectlState, index: number, input: StepInput, io: Io): void {
  const run = present(state.runs[index], "the run of a step");
  if (run.phase !== "running") return;
  const move: StepMove<unknown> = programOf(userStep(steps, index)).next(run.memory, input, { now: io.now, index });
  run.memory = move.state;
  for (const disturbance of move.disturbances ?? []) {
    state.disturbances.push(disturbance);
    io.trace(
      disturbance.until === undefined ? "disturbance began" : "disturbance ended",
      disturbance.id,
      disturbance.what,
    );
  }
  for (const check of move.checks ?? []) {
    state.checks.push(check);
    io.trace(`check ${check.verdict}`, `step ${index}`, check.sentence);
  }
  if (move.done !== undefined) finish(steps, state, index, move.done, io);
  else if (move.waitUntil !== undefined) io.timer(Math.max(move.waitUntil, io.now), { type: "wake", index });
  else send(run, index, move.requests ?? [], io);
}

function send(run: StepRun, index: number, requests: readonly Request[], io: Io): void {
  assert(requests.length > 0, "a step that is not done waits or asks");
  run.requests = requests.map((request) => ({ ...request, user: ADMIN }));
  run.replies = requests.map(() => undefined);
  run.open = requests.length;
  for (const [slot, request] of run.requests.entries()) io.request(request, { type: "reply", index, slot, attempt: 0 });
}

function answer(
  steps: readonly Step[],
  state: KubectlState,
  index: number,
  tag: Tag,
  request: Request,
  response: Response,
  io: Io,
): void {
  const run = present(state.runs[index], "the run of a step");
  const slot = Number(tag["slot"]);
  const attempt = Number(tag["attempt"]);
  if (run.phase !== "running" || run.replies[slot] !== undefined) return;
  const pause = pauseBeforeRetry(request, response, attempt);
  if (pause !== undefined) {
    io.timer(io.now + pause, { type: "retry", index, slot, attempt: attempt + 1 });
    return;
  }
  run.replies[slot] = { request, response, retried: attempt > 0 };
  run.open -= 1;
  if (run.open > 0) return;
  const replies = run.replies.map((reply) => present(reply, "the answer to a request"));
  run.requests = [];
  run.replies = [];
  advance(steps, state, index, { type: "replies", replies }, io);
}

/** A patient user asks again when the server is in trouble; a refusal is an answer. */
function pauseBeforeRetry(request: Request, response: Response, attempt: number): Millis | undefined {
  if (response.ok || attempt + 1 >= MAX_ATTEMPTS) return undefined;
  const { code, details } = response.status;
  const trouble = code === 500 || code === 503 || code === 504 || (code === 429 && request.subresource !== "eviction");
  if (!trouble) return undefined;
  const asked = (details?.retryAfterSeconds ?? 0) * 1000;
  return Math.max(asked, Math.min(1000 * 2 ** attempt, MAX_PAUSE_MS));
}

function finish(steps: readonly Step[], state: KubectlState, index: number, result: StepResult, io: Io): void {
  const run = present(state.runs[index], "the run of a step");
  run.phase = "done";
  run.endedAt = io.now;
  run.result = result;
  run.memory = undefined;
  run.requests = [];
  state.left -= 1;
  io.trace(result.ok ? "command done" : "command failed", `step ${index}`, result.message);
  for (let next = index + 1; next < state.runs.length; next += 1) {
    const step = steps[next];
    if (step === undefined || isFault(step)) continue;
    if (step.after === "previous") io.timer(Math.max(step.at, io.now), { type: "begin", index: next });
    return;
  }
}

/** Position of the user's command before `index`. */
function previous(steps: readonly Step[], index: number): number | undefined {
  for (let i = index - 1; i >= 0; i -= 1) {
    const step = steps[i];
    if (step !== undefined && !isFault(step)) return i;
  }
  return undefined;
}

function userStep(steps: readonly Step[], index: number): UserStep {
  const step = present(steps[index], "a step");
  assert(!isFault(step), "faults are not the user's");
  return step;
}

function programOf(step: UserStep): StepProgram {
  return present(stepNamed(step.step), `the command ${step.step}`);
}

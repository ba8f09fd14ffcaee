import type { Millis } from "../../base/units.ts";
import type { End } from "./command.ts";
import type { RandomOf } from "./runtime-state.ts";

/** What a probe's exec answers from `at` milliseconds after the container's start. */
export interface ProbeAnswer {
  readonly at: Millis;
  readonly result: "ok" | "fail" | "hang" | "error";
}

/** How long a call of the runtime takes, and the error with which it ends. */
export interface CallOutcome {
  readonly takes?: Millis;
  readonly error?: string;
}

/** How long a hook takes, and its exit code. */
export interface HookOutcome {
  readonly takes?: Millis;
  readonly exit?: number;
}

/** What one attempt of a container does. Absent: at once, without error, for ever, "ok". */
export interface ContainerBehaviour {
  readonly create?: CallOutcome;
  readonly start?: CallOutcome;
  /** Ends by itself so long after its start. */
  readonly runs?: Millis;
  readonly exit?: number;
  /** The reason of its end where that is neither Completed nor Error, e.g. OOMKilled. */
  readonly reason?: string;
  /** What it leaves in its termination log. */
  readonly message?: string;
  /** Lives on so long after SIGTERM; "ever": until SIGKILL. */
  readonly termination?: Millis | "ever";
  /** Exit code after SIGTERM. */
  readonly termExit?: number;
  readonly startup?: readonly ProbeAnswer[];
  readonly readiness?: readonly ProbeAnswer[];
  readonly liveness?: readonly ProbeAnswer[];
  readonly postStart?: HookOutcome;
  readonly preStop?: HookOutcome;
  readonly memoryBytes?: number;
  readonly cpuMilli?: number;
  /** What an exec probe prints when it fails. */
  readonly probeOutput?: string;
  /** What a request to it answers with. */
  readonly version?: string;
}

/** A rule of the plan's table; the first that matches an image, container and pod wins. `*` stands for any text. */
export interface ImageBehaviour {
  readonly image?: string;
  readonly container?: string;
  readonly pod?: string;
  /** One entry an attempt, the last goes on. */
  readonly attempts?: readonly ContainerBehaviour[];
  /** One entry a PullImage, the last goes on. */
  readonly pulls?: readonly CallOutcome[];
  /** One entry a RunPodSandbox, the last goes on. */
  readonly sandboxes?: readonly CallOutcome[];
}

const PULL_MIN: Millis = 1000;
const PULL_SPREAD: Millis = 1000;
const READY_MIN: Millis = 1000;
const READY_SPREAD: Millis = 1000;
const TERMINATION_SPREAD: Millis = 1000;
const COMPLETES_AFTER: Millis = 1000;
/** A program that does next to nothing still has to be started. */
const LEAST_RUN: Millis = 100;
const NOTHING: CallOutcome = {};

/** The n-th entry of a list whose last entry goes on. */
export function nth<T>(list: readonly T[] | undefined, n: number): T | undefined {
  return list === undefined ? undefined : list[Math.min(n, list.length - 1)];
}

/** A container about to be created. `completes`: it is meant to end (init containers, Jobs). */
export interface NewContainer {
  readonly image: string;
  readonly container: string;
  readonly pod: string;
  readonly completes?: boolean;
  /** How its command line says that it ends. */
  readonly ends?: End | "ever";
}

/**
 * What an attempt of a container does: what the rules say, else what its command line says. Default: a server that becomes
 * ready and obeys SIGTERM, or a program that ends well.
 */
export function behaviourOf(
  rules: readonly ImageBehaviour[],
  { image, container, pod, completes, ends }: NewContainer,
  attempt: number,
  random: RandomOf,
): ContainerBehaviour {
  const rule = rules.find((r) => r.attempts !== undefined && fits(r, image, container, pod));
  const listed = nth(rule?.attempts, attempt);
  if (listed !== undefined) return listed;
  if (completes === true && ends === undefined) return { runs: COMPLETES_AFTER, exit: 0 };
  const ready = READY_MIN + Math.floor(random("container/ready") * READY_SPREAD);
  const answers: readonly ProbeAnswer[] = [
    { at: 0, result: "fail" },
    { at: ready, result: "ok" },
  ];
  return {
    startup: answers,
    readiness: answers,
    termination: Math.floor(random("container/termination") * TERMINATION_SPREAD),
    version: image,
    ...(ends !== undefined && ends !== "ever" && { ...ends, runs: Math.max(LEAST_RUN, ends.runs) }),
  };
}

/** How the n-th pull of an image goes: 1–2 s unless the table says otherwise. */
export function pullOf(rules: readonly ImageBehaviour[], image: string, n: number, random: RandomOf): CallOutcome {
  const rule = rules.find((r) => r.pulls !== undefined && matches(r.image, image));
  return nth(rule?.pulls, n) ?? { takes: PULL_MIN + Math.floor(random("image/pull") * PULL_SPREAD) };
}

/** How the n-th sandbox of a pod goes. */
export function sandboxOf(rules: readonly ImageBehaviour[], pod: string, n: number): CallOutcome {
  const rule = rules.find((r) => r.sandboxes !== undefined && matches(r.pod, pod));
  return nth(rule?.sandboxes, n) ?? NOTHING;
}

/** The answer of a probe `elapsed` after the start, and the time (after the start) until which it stays so. */
export function probeAnswer(
  answers: readonly ProbeAnswer[] | undefined,
  elapsed: Millis,
): { readonly result: ProbeAnswer["result"]; readonly until: Millis } {
  let result: ProbeAnswer["result"] = "ok";
  for (const answer of answers ?? []) {
    if (answer.at > elapsed) return { result, until: answer.at };
    result = answer.result;
  }
  return { result, until: Number.POSITIVE_INFINITY };
}

function fits(rule: ImageBehaviour, image: string, container: string, pod: string): boolean {
  return matches(rule.image, image) && matches(rule.container, container) && matches(rule.pod, pod);
}

/** Whether `text` fits `pattern`, in which `*` stands for any text. */
function matches(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined || pattern === "*" || pattern === text) return true;
  const star = pattern.indexOf("*");
  if (star < 0) return false;
  const head = pattern.slice(0, star);
  const tail = pattern.slice(star + 1);
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}

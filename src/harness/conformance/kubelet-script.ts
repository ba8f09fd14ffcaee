import type { ContainerBehaviour, ImageBehaviour, ProbeAnswer } from "../../kubelet/cri/behaviour.ts";

/** `{takes, error}` in seconds, as recorded. */
interface Outcome {
  readonly takes?: number;
  readonly error?: string;
  readonly exit?: number;
}

interface Attempt {
  readonly create?: Outcome;
  readonly start?: Outcome;
  readonly for?: number;
  readonly exit?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly ignoreTerm?: number;
  readonly termExit?: number;
  readonly startup?: readonly ProbeAnswer[];
  readonly readiness?: readonly ProbeAnswer[];
  readonly liveness?: readonly ProbeAnswer[];
  readonly postStart?: Outcome;
  readonly preStop?: Outcome;
  readonly memory?: number;
}

/** A step of a recorded script: something done to the API at a time. */
export interface Step {
  readonly at: number;
  readonly do: "delete" | "patch" | "create" | "remove";
  readonly grace?: number;
  readonly subresource?: string;
  readonly type?: string;
  readonly patch?: unknown;
  readonly object?: { readonly kind: string; readonly metadata: { readonly name: string } };
}

/** What the recorded runtime did. All times in seconds. */
export interface Script {
  readonly sandbox?: readonly Outcome[];
  readonly pulls?: { readonly [image: string]: readonly Outcome[] };
  readonly containers?: { readonly [name: string]: readonly Attempt[] };
  readonly steps?: readonly Step[];
}

const MIB = 2 ** 20;

/** The rules by which the simulated runtime does what the recorded one did for one pod. */
export function rulesOf(pod: string, script: Script): ImageBehaviour[] {
  const rules: ImageBehaviour[] = [];
  if (script.sandbox !== undefined) rules.push({ pod, sandboxes: script.sandbox.map(outcome) });
  for (const image in script.pulls) rules.push({ image, pulls: (script.pulls[image] ?? []).map(outcome) });
  for (const container in script.containers)
    rules.push({ pod, container, attempts: (script.containers[container] ?? []).map(behaviour) });
  rules.push({ pod, attempts: [{}] });
  return rules;
}

function ms(seconds: number): number {
  return Math.round(seconds * 1000);
}

function outcome({ takes = 0, error, exit }: Outcome): { takes: number; error?: string; exit?: number } {
  return { takes: ms(takes), ...(error !== undefined && { error }), ...(exit !== undefined && { exit }) };
}

function answers(list: readonly ProbeAnswer[]): ProbeAnswer[] {
  return list.map(({ at, result }) => ({ at: ms(at), result }));
}

function behaviour(a: Attempt): ContainerBehaviour {
  return {
    probeOutput: "not well",
    ...(a.create !== undefined && { create: outcome(a.create) }),
    ...(a.start !== undefined && { start: outcome(a.start) }),
    ...(a.for !== undefined && { runs: ms(a.for) }),
    ...(a.exit !== undefined && { exit: a.exit }),
    ...(a.reason !== undefined && { reason: a.reason }),
    ...(a.message !== undefined && { message: a.message }),
    ...(a.ignoreTerm !== undefined && { termination: a.ignoreTerm < 0 ? ("ever" as const) : ms(a.ignoreTerm) }),
    ...(a.termExit !== undefined && { termExit: a.termExit }),
    ...(a.startup !== undefined && { startup: answers(a.startup) }),
    ...(a.readiness !== undefined && { readiness: answers(a.readiness) }),
    ...(a.liveness !== undefined && { liveness: answers(a.liveness) }),
    ...(a.postStart !== undefined && { postStart: outcome(a.postStart) }),
    ...(a.preStop !== undefined && { preStop: outcome(a.preStop) }),
    ...(a.memory !== undefined && { memoryBytes: a.memory * MIB }),
  };
}

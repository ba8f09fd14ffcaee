import type { Container, Pod } from "../api/types/core-v1.ts";
import { newestOf } from "./cri/pod-records.ts";
import type { ContainerRecord, PodRuntime } from "./cri/runtime-state.ts";
import { isSidecar, restartsAfterKill, shouldBeStarted, triggersRestartAll } from "./restart-policy.ts";
import type { Action } from "./state.ts";

/** What probes have found of a container: asked by its id. */
export type ProbeResults = (
  kind: "startup" | "liveness",
  record: ContainerRecord,
) => "ok" | "fail" | "unknown" | undefined;

/** What a sync decides to do (computePodActions). */
export interface PodActions {
  /** Sandbox replaced: the old one is killed, and everything starts again. */
  readonly sandboxChanged: boolean;
  readonly actions: readonly Action[];
}

/** Compares a pod with what the runtime has of it, and says in which order to do what. */
export function podActions(
  pod: Pod,
  seen: PodRuntime | undefined,
  results: ProbeResults,
  restartAll: boolean,
): PodActions {
  const sandbox = seen?.sandboxes[0];
  if (restartAll) return { sandboxChanged: false, actions: resetActions(pod, seen) };
  if (sandbox === undefined || !sandbox.ready) return newSandbox(pod, seen);
  const actions: Action[] = [];
  for (const { name } of pod.spec.ephemeralContainers ?? []) {
    if (newestOf(seen, name) === undefined) actions.push({ do: "start", container: name, kind: "ephemeral" });
  }
  const init = initActions(pod, seen, results);
  if (init === "failed") return { sandboxChanged: false, actions: [{ do: "killAll" }] };
  if (!init.initialized) return { sandboxChanged: false, actions: [...init.kills, ...actions, ...init.starts] };
  const main = mainActions(pod, seen, results);
  if (main === "done") return { sandboxChanged: false, actions: [{ do: "killAll" }] };
  return { sandboxChanged: false, actions: [...init.kills, ...main.kills, ...actions, ...init.starts, ...main.starts] };
}

function newSandbox(pod: Pod, seen: PodRuntime | undefined): PodActions {
  const old = seen?.sandboxes[0];
  const attempt = old === undefined ? 0 : old.attempt + 1;
  const policy = pod.spec.restartPolicy ?? "Always";
  const kill: Action[] = old === undefined ? [] : [{ do: "killAll" }];
  const existed = (seen?.containers.length ?? 0) > 0;
  if (policy === "Never" && attempt > 0 && existed) return { sandboxChanged: false, actions: kill };
  const starts = pod.spec.containers.filter((c) => {
    const record = newestOf(seen, c.name);
    const once = (c.restartPolicy ?? policy) === "OnFailure";
    return !(once && record?.state === "exited" && record.exitCode === 0);
  });
  if (starts.length === 0 && pod.spec.containers.some((c) => newestOf(seen, c.name) !== undefined))
    return { sandboxChanged: false, actions: kill };
  const first = pod.spec.initContainers?.[0];
  const begin: Action[] =
    first !== undefined
      ? [{ do: "start", container: first.name, kind: "init" }]
      : starts.map((c) => ({ do: "start", container: c.name, kind: "main" }));
  const purge: Action[] = [];
  if (old !== undefined) {
    for (const { name } of pod.spec.initContainers ?? []) {
      for (const record of seen?.containers ?? []) {
        if (record.name === name && record.state === "exited") purge.push({ do: "remove", id: record.id });
      }
    }
  }
  return { sandboxChanged: old !== undefined, actions: [...kill, ...purge, { do: "sandbox", attempt }, ...begin] };
}

/** In-place restart of all: victims are killed and removed, those that asked for it last. */
function resetActions(pod: Pod, seen: PodRuntime | undefined): Action[] {
  const actions: Action[] = [];
  const reset = (containers: readonly Container[], sources: boolean): void => {
    for (const container of containers) {
      const record = newestOf(seen, container.name);
      if (record === undefined || triggersRestartAll(container, record) !== sources) continue;
      if (record.state === "running")
        actions.push({ do: "kill", id: record.id, container: container.name, message: "killing", graceSeconds: 0 });
      for (const old of seen?.containers ?? []) {
        if (old.name === container.name) actions.push({ do: "remove", id: old.id });
      }
    }
  };
  const init = pod.spec.initContainers ?? [];
  reset(pod.spec.containers, false);
  reset(init, false);
  reset(pod.spec.containers, true);
  reset(init, true);
  return actions;
}

interface InitDecision {
  readonly initialized: boolean;
  readonly kills: readonly Action[];
  readonly starts: readonly Action[];
}

/** computeInitContainerActions: looks from the last init container back to the first that exists. */
function initActions(pod: Pod, seen: PodRuntime | undefined, results: ProbeResults): InitDecision | "failed" {
  const init = pod.spec.initContainers ?? [];
  if (init.length === 0) return { initialized: true, kills: [], starts: [] };
  let initialized = pod.spec.containers.some((c) => {
    const state = newestOf(seen, c.name)?.state;
    return state === "created" || state === "running";
  });
  let previous = initialized;
  const kills: Action[] = [];
  const starts: number[] = [];
  for (let i = init.length - 1; i >= 0; i -= 1) {
    const container = init[i];
    if (container === undefined) continue;
    const record = newestOf(seen, container.name);
    if (record === undefined) {
      if (previous && isSidecar(container)) starts.push(i);
      continue;
    }
    if (previous && !isSidecar(container)) continue;
    const last = i === init.length - 1;
    const done = (): void => {
      if (last) initialized = true;
      else if (!isSidecar(container) || !previous) starts.push(i + 1);
    };
    if (record.state === "created") starts.push(i);
    else if (record.state === "running") {
      if (isSidecar(container)) {
        const kill = sidecarAction(container, record, results, done);
        if (kill !== undefined) {
          kills.push(kill);
          starts.push(i);
        }
      }
    } else if (isSidecar(container)) starts.push(i);
    else if ((record.exitCode ?? 0) !== 0) {
      if (!shouldBeStarted(container, pod, seen)) return "failed";
      starts.push(i);
    } else done();
    previous = true;
  }
  if (!previous) starts.push(0);
  starts.reverse();
  const begin: Action[] = starts.map((i) => ({ do: "start", container: init[i]?.name ?? "", kind: "init" }));
  return { initialized, kills: kills.reverse(), starts: begin };
}

function sidecarAction(
  container: Container,
  record: ContainerRecord,
  results: ProbeResults,
  done: () => void,
): Action | undefined {
  const kill = (what: string, probe?: "livenessProbe" | "startupProbe"): Action => ({
    do: "kill",
    id: record.id,
    container: container.name,
    message: `Init container ${container.name} ${what}`,
    ...(probe !== undefined && { probe }),
  });
  if (container.startupProbe !== undefined) {
    const startup = results("startup", record);
    if (startup === "fail") return kill("failed startup probe", "startupProbe");
    if (startup !== "ok") return undefined;
  }
  done();
  if (definitionChanged(container, record)) return kill("definition changed");
  if (container.livenessProbe !== undefined && results("liveness", record) === "fail")
    return kill("failed liveness probe", "livenessProbe");
  return undefined;
}

function mainActions(
  pod: Pod,
  seen: PodRuntime | undefined,
  results: ProbeResults,
): { readonly kills: readonly Action[]; readonly starts: readonly Action[] } | "done" {
  const kills: Action[] = [];
  const starts: Action[] = [];
  let kept = 0;
  for (const container of pod.spec.containers) {
    const record = newestOf(seen, container.name);
    const start: Action = { do: "start", container: container.name, kind: "main" };
    if (record === undefined || record.state !== "running") {
      if (shouldBeStarted(container, pod, seen)) starts.push(start);
      continue;
    }
    const verdict = verdictOf(container, pod, record, results);
    if (verdict === undefined) {
      kept += 1;
      continue;
    }
    if (verdict.restart) starts.push(start);
    const message = `Container ${container.name} ${verdict.what}${verdict.restart ? ", will be restarted" : ""}`;
    const { probe } = verdict;
    kills.push({
      do: "kill",
      id: record.id,
      container: container.name,
      message,
      ...(probe !== undefined && { probe }),
    });
  }
  return kept === 0 && starts.length === 0 ? "done" : { kills, starts };
}

function verdictOf(
  container: Container,
  pod: Pod,
  record: ContainerRecord,
  results: ProbeResults,
): { readonly what: string; readonly restart: boolean; readonly probe?: "livenessProbe" | "startupProbe" } | undefined {
  if (definitionChanged(container, record)) return { what: "definition changed", restart: true };
  const restart = restartsAfterKill(container, pod);
  if (results("liveness", record) === "fail") return { what: "failed liveness probe", restart, probe: "livenessProbe" };
  if (results("startup", record) === "fail") return { what: "failed startup probe", restart, probe: "startupProbe" };
  return undefined;
}

/** The only change of a running container's definition that the API lets through is another image. */
function definitionChanged(container: Container, record: ContainerRecord): boolean {
  return container.image !== record.image;
}

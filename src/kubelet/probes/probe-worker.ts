import type { Probe } from "../../api/types/core-v1.ts";
import type { Millis } from "../../base/units.ts";
import { SECOND } from "../../base/units.ts";
import { probeAnswer } from "../cri/behaviour.ts";
import type { ContainerRecord } from "../cri/runtime-state.ts";

export type ProbeKind = "startup" | "readiness" | "liveness";

/** One probe of one container: a ticker for the life of the pod, and what it has seen. */
export interface ProbeWorker {
  readonly kind: ProbeKind;
  readonly container: string;
  /** The container that `result` speaks of; "" before there was one. */
  containerId: string;
  last: "ok" | "fail" | undefined;
  run: number;
  /** Looks no more until there is a new container. */
  onHold: boolean;
  /** What the results manager holds of `containerId`. */
  result: "ok" | "fail" | "unknown" | undefined;
  /** Next tick. */
  tickAt: Millis;
  /** When the next look that is done takes effect: its tick, or later if it hangs. */
  wakeAt: Millis | undefined;
  /** Tick of a look that hangs. */
  hungSince: Millis | undefined;
  /** A look out of turn was asked for while one hung. */
  triggered: boolean;
  /** The ticker has stopped for good. */
  ended: boolean;
}

/** How a worker looks at the world at a tick. */
export interface ProbeView {
  readonly probe: Probe;
  /** Undefined: looks do nothing. */
  readonly record: ContainerRecord | undefined;
  /** Looks before do nothing (initialDelaySeconds). */
  readonly from: Millis;
}

/** The first tick after which something changes that others can see; undefined: none. */
export interface Forecast {
  readonly tick: Millis;
  /** Counters just before that tick. */
  readonly last: "ok" | "fail" | undefined;
  readonly run: number;
}

/** Time between two looks. */
export function probePeriod(probe: Probe): Millis {
  return (probe.periodSeconds ?? 10) * SECOND;
}

/** Looks needed for a result. */
export function threshold(probe: Probe, result: "ok" | "fail"): number {
  return result === "ok" ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
}

/** What the workload answers at a tick, and until when it does. */
export function lookAt(
  view: ProbeView,
  kind: ProbeKind,
  tick: Millis,
): { readonly answer: "ok" | "fail" | "hang" | "error"; readonly until: Millis } {
  const started = view.record?.startedAt ?? 0;
  const { result, until } = probeAnswer(view.record?.behaviour[kind], tick - started);
  return { answer: result, until: started + until };
}

/**
 * Walks over the ticks before `until` without performing them: all of one answer in one stride. Stops at the first
 * tick that can be seen from outside: the first of a run of other answers, or the one that meets the threshold.
 * Every failing look makes an event; of these only the first of a run and the deciding one stop the walk. A look that
 * hangs is always performed, as it takes time.
 */
export function walk(worker: ProbeWorker, view: ProbeView, until: Millis): Forecast | undefined {
  const period = probePeriod(view.probe);
  let { tickAt: tick, last, run } = worker;
  if (tick < view.from) tick += Math.ceil((view.from - tick) / period) * period;
  while (tick < until) {
    const { answer, until: changes } = lookAt(view, worker.kind, tick);
    const horizon = Math.min(changes, until);
    const ticks = horizon === Number.POSITIVE_INFINITY ? horizon : Math.ceil((horizon - tick) / period);
    if (answer === "hang") return { tick, last, run };
    if (answer !== "error") {
      const result = answer === "ok" ? "ok" : "fail";
      if (result !== last) return { tick, last, run };
      const missing = threshold(view.probe, result) - run;
      if (worker.result !== result) {
        if (missing <= 1) return { tick, last, run };
        if (missing <= ticks) return { tick: tick + (missing - 1) * period, last, run: run + missing - 1 };
      }
      run += ticks;
    }
    if (ticks === Number.POSITIVE_INFINITY) break;
    tick += ticks * period;
  }
  worker.tickAt = until === Number.POSITIVE_INFINITY ? worker.tickAt : tickAfter(worker.tickAt, period, until);
  if (until !== Number.POSITIVE_INFINITY) {
    worker.last = last;
    worker.run = run;
  }
  return undefined;
}

/** First tick of a ticker at or after `at`. */
export function tickAfter(tick: Millis, period: Millis, at: Millis): Millis {
  return tick >= at ? tick : tick + Math.ceil((at - tick) / period) * period;
}

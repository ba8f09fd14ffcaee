import type { Millis } from "../../base/units.ts";
import type { Resource } from "../../api/object.ts";
import { compareText } from "../../base/order.ts";
import type { Answer, Change, Delivery, World } from "../../cluster/world.ts";
import type { Disturbance } from "../expectations/expectation.ts";
import type { EndView, Invariant, Violation } from "./invariant.ts";

/** Caches of a control plane that was disturbed are trusted again after this long: request time-outs, relists, back-offs. */
export const CALM_AFTER_MS: Millis = 120_000;

/** All that a monitor remembers: plain data, in the order of its invariants. */
export interface MonitorState {
  readonly memories: unknown[];
  readonly violations: Violation[];
  /** invariant + object of every violation told so far. */
  readonly told: Set<string>;
  /** Faults that touch the control plane now. */
  readonly controlPlaneFaults: Set<string>;
  calmFrom: Millis;
}

/** Watches one history: shows each commit to the invariants that want its resource. */
export interface Monitor {
  readonly invariants: readonly Invariant[];
  readonly state: MonitorState;
  /** Learns the objects that are stored before the first commit is shown; judges nothing. */
  prime(world: World, resources: readonly Resource[]): void;
  /** Judges a commit, right after it; the new violations. */
  onChange(change: Change, world: World): readonly Violation[];
  /** Judges an answer of the API server; the new violations. */
  onAnswer(answer: Answer, world: World): readonly Violation[];
  /** Judges what a client was told; the new violations. */
  onDelivery(delivery: Delivery, world: World): readonly Violation[];
  /**
   * Told when a disturbance begins and ends. Those of kind "fault" can make the control plane's knowledge stale (crashes,
   * lost or late messages, held watches); while they last and shortly after, `calmOnly` invariants judge nothing.
   */
  onDisturbance(disturbance: Pick<Disturbance, "id" | "kind" | "at" | "until">): void;
  /** Judges the quiet end; the new violations. For `sometimes`: see `seen`. */
  atEnd(world: World, end?: EndView): readonly Violation[];
  /** Names of the `sometimes` invariants whose state was seen; ask after `atEnd`. */
  seen(world: World): readonly string[];
}

const nothing: readonly Violation[] = [];

/** A monitor of these invariants; `saved` goes on where another one stood (a checkpoint). */
export function createMonitor(invariants: readonly Invariant[], saved?: MonitorState): Monitor {
  const state: MonitorState = saved ?? {
    memories: invariants.map((invariant) => invariant.init()),
    violations: [],
    told: new Set(),
    controlPlaneFaults: new Set(),
    calmFrom: 0,
  };
  const byResource = new Map<Resource, readonly number[]>();
  const interested = (resource: Resource): readonly number[] => {
    let indexes = byResource.get(resource);
    if (indexes === undefined) {
      indexes = wanting(invariants, resource);
      byResource.set(resource, indexes);
    }
    return indexes;
  };
  const having = (test: (invariant: Invariant) => boolean): readonly number[] =>
    invariants.flatMap((invariant, i) => (test(invariant) ? [i] : []));
  const judgesAnswers = having(({ onAnswer }) => onAnswer !== undefined);
  const judgesDeliveries = having(({ onDelivery }) => onDelivery !== undefined);
  const isNew = (i: number, violation: Violation, at: Millis): boolean =>
    counts(state, invariants[i], at) && tell(state, violation);
  return {
    invariants,
    state,
    prime(world, resources) {
      for (const change of storedAsChanges(world, resources))
        for (const i of interested(change.resource)) invariants[i]?.onChange?.(state.memories[i], change, world);
    },
    onChange(change, world) {
      let found: Violation[] | undefined;
      for (const i of interested(change.resource)) {
        const violation = invariants[i]?.onChange?.(state.memories[i], change, world);
        if (violation !== undefined && isNew(i, violation, change.at)) (found ??= []).push(violation);
      }
      return found ?? nothing;
    },
    onAnswer(answer, world) {
      let found: Violation[] | undefined;
      for (const i of judgesAnswers) {
        const violation = invariants[i]?.onAnswer?.(state.memories[i], answer, world);
        if (violation !== undefined && isNew(i, violation, answer.at)) (found ??= []).push(violation);
      }
      return found ?? nothing;
    },
    onDelivery(delivery, world) {
      let found: Violation[] | undefined;
      for (const i of judgesDeliveries) {
        const violation = invariants[i]?.onDelivery?.(state.memories[i], delivery, world);
        if (violation !== undefined && isNew(i, violation, delivery.at)) (found ??= []).push(violation);
      }
      return found ?? nothing;
    },
    onDisturbance({ id, kind, at, until }) {
      if (kind !== "fault") return;
      if (until === undefined) state.controlPlaneFaults.add(id);
      else state.controlPlaneFaults.delete(id);
      state.calmFrom = (until ?? at) + CALM_AFTER_MS;
    },
    atEnd(world, end = {}) {
      const found: Violation[] = [];
      invariants.forEach((invariant, i) => {
        if (invariant.expectation === "sometimes" || !counts(state, invariant, world.now)) return;
        const result = invariant.atEnd?.(state.memories[i], world, end);
        if (result === undefined) return;
        for (const violation of isList(result) ? result : [result]) if (tell(state, violation)) found.push(violation);
      });
      return found;
    },
    seen(world) {
      return invariants
        .filter(
          (invariant, i) =>
            invariant.expectation === "sometimes" && invariant.atEnd?.(state.memories[i], world, {}) === undefined,
        )
        .map((invariant) => invariant.name);
    },
  };
}

function wanting(invariants: readonly Invariant[], resource: Resource): readonly number[] {
  const found: number[] = [];
  invariants.forEach((invariant, i) => {
    if (invariant.onChange === undefined) return;
    if (invariant.resources.includes(resource) || invariant.resources.includes("*")) found.push(i);
  });
  return found;
}

function counts(state: MonitorState, invariant: Invariant | undefined, at: Millis): boolean {
  return invariant?.calmOnly !== true || (state.controlPlaneFaults.size === 0 && at >= state.calmFrom);
}

function tell(state: MonitorState, violation: Violation): boolean {
  const key = `${violation.invariant} ${violation.object ?? ""}`;
  if (state.told.has(key)) return false;
  state.told.add(key);
  state.violations.push(violation);
  return true;
}

function isList(result: Violation | readonly Violation[]): result is readonly Violation[] {
  return Array.isArray(result);
}

function storedAsChanges(world: World, resources: readonly Resource[]): Change[] {
  const changes: Change[] = [];
  for (const resource of resources)
    for (const [key, after] of world.objects(resource))
      changes.push({ at: world.now, revision: world.revision, resource, key, after, by: "" });
  return changes.sort(
    (a, b) =>
      Number(a.after?.metadata.resourceVersion) - Number(b.after?.metadata.resourceVersion) ||
      compareText(a.key, b.key),
  );
}

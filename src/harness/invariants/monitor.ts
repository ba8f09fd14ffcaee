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
  const { memories } = state;
  const parts = partsOf(invariants);
  const isNew = (i: number, violation: Violation, at: Millis): boolean =>
    counts(state, invariants[i], at) && tell(state, violation);
  return {
    invariants,
    state,
    prime(world, resources) {
      for (const change of storedAsChanges(world, resources))
        for (const { judge, i } of judgesOf(parts, invariants, change.resource)) judge(memories[i], change, world);
    },
    onChange(change, world) {
      let found: Violation[] | undefined;
      for (const { judge, i } of judgesOf(parts, invariants, change.resource)) {
        const violation = judge(memories[i], change, world);
        if (violation !== undefined && isNew(i, violation, change.at)) (found ??= []).push(violation);
      }
      return found ?? nothing;
    },
    onAnswer(answer, world) {
      let found: Violation[] | undefined;
      for (const { judge, i } of parts.ofAnswers) {
        const violation = judge(memories[i], answer, world);
        if (violation !== undefined && isNew(i, violation, answer.at)) (found ??= []).push(violation);
      }
      return found ?? nothing;
    },
    onDelivery(delivery, world) {
      let found: Violation[] | undefined;
      for (const { judge, i } of parts.ofDeliveries) {
        const violation = judge(memories[i], delivery, world);
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

/** A part of the invariant at place `i`. */
interface Judge<Seen> {
  readonly i: number;
  readonly judge: (memory: unknown, seen: Seen, world: World) => Violation | undefined;
}

interface Parts {
  readonly ofAnswers: readonly Judge<Answer>[];
  readonly ofDeliveries: readonly Judge<Delivery>[];
  /** By resource, once one was asked for. */
  readonly ofChanges: Map<Resource, readonly Judge<Change>[]>;
}

/** What each list of invariants judges: the histories of a campaign share theirs. */
const known = new WeakMap<readonly Invariant[], Parts>();

function partsOf(invariants: readonly Invariant[]): Parts {
  let parts = known.get(invariants);
  if (parts === undefined) {
    parts = {
      ofAnswers: judges(invariants, ({ onAnswer }) => onAnswer),
      ofDeliveries: judges(invariants, ({ onDelivery }) => onDelivery),
      ofChanges: new Map(),
    };
    known.set(invariants, parts);
  }
  return parts;
}

function judgesOf(
  { ofChanges }: Parts,
  invariants: readonly Invariant[],
  resource: Resource,
): readonly Judge<Change>[] {
  let found = ofChanges.get(resource);
  if (found === undefined) {
    found = judges(invariants, ({ onChange, resources }) =>
      resources.includes(resource) || resources.includes("*") ? onChange : undefined,
    );
    ofChanges.set(resource, found);
  }
  return found;
}

function judges<Seen>(
  invariants: readonly Invariant[],
  part: (invariant: Invariant) => Judge<Seen>["judge"] | undefined,
): readonly Judge<Seen>[] {
  return invariants.flatMap((invariant, i) => {
    const judge = part(invariant);
    return judge === undefined ? [] : [{ i, judge }];
  });
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

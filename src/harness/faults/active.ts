import { present } from "../../base/assert.ts";
import type { Millis } from "../../base/units.ts";
import type { Change, Levers, Message, Verdict, World } from "../../cluster/world.ts";
import type { Disturbance } from "../expectations/expectation.ts";
import type { FaultStep, Params } from "../plan/plan.ts";
import { pass } from "./fault.ts";
import type { Fault, FaultContext, Heartbeats } from "./fault.ts";
import { faultNamed } from "./index.ts";

/** A fault that has begun: plain data. */
export interface ActiveFault {
  readonly id: string;
  readonly name: string;
  readonly params: Params;
  readonly until: Millis;
  readonly memory: unknown;
  readonly disturbance: Disturbance;
  /** Nodes whose heartbeats must really be sent while it lasts. */
  readonly heartbeats: Heartbeats;
}

/** The faults that have begun and not healed, in the order of their beginning: plain data. */
export interface ActiveFaults {
  readonly list: ActiveFault[];
}

/** What the cluster lends to faults. */
export interface FaultHands {
  readonly levers: Levers;
  readonly world: World;
}

/** No fault. */
export function noFaults(): ActiveFaults {
  return { list: [] };
}

/** Begins the fault of a step; its end is at `step.at + step.for`, but not before the fault's own least duration. */
export function beginFault(faults: ActiveFaults, id: string, step: FaultStep, hands: FaultHands): ActiveFault {
  const fault = faultOf(step.fault);
  const { now } = hands.world;
  const until = now + Math.max(step.for, fault.minMs);
  const memory = fault.start(step.params, contextOf(faults, id, until, hands));
  const disturbance: Disturbance = { id, at: now, ...fault.harm(step.params, memory) };
  const active: ActiveFault = {
    id,
    name: fault.name,
    params: step.params,
    until,
    memory,
    disturbance,
    heartbeats: fault.heartbeats?.(step.params, memory) ?? [],
  };
  faults.list.push(active);
  return active;
}

/** Heals one fault; undefined when it has healed before. */
export function healFault(faults: ActiveFaults, id: string, hands: FaultHands): Disturbance | undefined {
  const index = faults.list.findIndex((active) => active.id === id);
  const [active] = index < 0 ? [] : faults.list.splice(index, 1);
  if (active === undefined) return undefined;
  const fault = faultOf(active.name);
  fault.stop(active.params, contextOf(faults, id, active.until, hands), active.memory);
  return { until: hands.world.now, ...active.disturbance, ...fault.harm(active.params, active.memory) };
}

/** Heals all that is left, as at the end of the chaos phase. */
export function healAll(faults: ActiveFaults, hands: FaultHands): Disturbance[] {
  return [...faults.list].flatMap((active) => healFault(faults, active.id, hands) ?? []);
}

/** Carries out a wake-up that a fault asked for; a healed fault sleeps on. */
export function wakeFault(faults: ActiveFaults, id: string, hands: FaultHands): void {
  const active = faults.list.find((one) => one.id === id);
  if (active !== undefined)
    faultOf(active.name).wake?.(active.params, contextOf(faults, id, active.until, hands), active.memory);
}

/** The verdict on a message: of the first fault that does not let it pass. */
export function judge(faults: ActiveFaults, message: Message, now: Millis): Verdict {
  for (const active of faults.list) {
    const verdict = faultOf(active.name).onMessage?.(active.params, message, now, active.memory) ?? pass;
    if (verdict.do !== "pass") return verdict;
  }
  return pass;
}

/** Shows a committed write to the faults. */
export function showChange(faults: ActiveFaults, change: Change, hands: FaultHands): void {
  for (const active of faults.list)
    faultOf(active.name).onChange?.(
      active.params,
      change,
      contextOf(faults, active.id, active.until, hands),
      active.memory,
    );
}

function contextOf(faults: ActiveFaults, id: string, until: Millis, { levers, world }: FaultHands): FaultContext {
  const held = (hold: string): boolean =>
    faults.list.some(
      (other) => other.id !== id && faultOf(other.name).holds?.(other.params, other.memory).includes(hold) === true,
    );
  return { id, now: world.now, levers, world, until, held };
}

function faultOf(name: string): Fault {
  return present(faultNamed(name), `the fault ${name}`);
}

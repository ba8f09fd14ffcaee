import type { Millis } from "../base/units.ts";
import { Random } from "../base/random.ts";
import type { RandomState } from "../base/random.ts";
import { addAt, emptyTimeline, nextEvents, nextInstant, takeNext } from "../base/timeline.ts";
import type { Timeline } from "../base/timeline.ts";
import type { SchedulePolicy } from "./cluster-spec.ts";
import { actorOf } from "./happening.ts";
import type { Happening } from "./happening.ts";

/** The queue and what the schedule policy remembers: plain data. */
export interface ScheduleState {
  readonly events: Timeline<Happening>;
  /** Index chosen at every choice point so far (more than one event runnable); not kept by fifo. */
  readonly choices: number[];
  /** Choice points so far. */
  points: number;
  readonly priorities: Map<string | number, number>;
  /** The policy that has taken the place of the first one. */
  policy?: SchedulePolicy;
}

/** No event. */
export function emptySchedule(): ScheduleState {
  return { events: emptyTimeline(), choices: [], points: 0, priorities: new Map() };
}

/** Picks the next event by a policy. */
export class Scheduler {
  readonly state: ScheduleState;
  #policy: SchedulePolicy;
  #random: Random;

  constructor(policy: SchedulePolicy, state: ScheduleState, random?: RandomState) {
    this.#policy = state.policy ?? policy;
    this.state = state;
    this.#random = randomOf(this.#policy, random);
  }

  /** Goes on by another policy. */
  reschedule(policy: SchedulePolicy): void {
    this.state.policy = policy;
    this.#policy = policy;
    this.#random = randomOf(policy);
  }

  push(at: Millis, event: Happening): void {
    addAt(this.state.events, at, event);
  }

  /** Time of the next event; undefined when there is none. */
  nextAt(): Millis | undefined {
    return nextInstant(this.state.events);
  }

  /** Takes the next event, which happens at `nextAt`. */
  pop(): Happening | undefined {
    const { events } = this.state;
    if (this.#policy.policy === "fifo") return takeNext(events);
    const ready = nextEvents(events);
    return takeNext(events, ready.length > 1 ? this.#choose(ready) : 0);
  }

  save(): RandomState {
    return this.#random.save();
  }

  #choose(ready: readonly Happening[]): number {
    const index = this.#pick(ready);
    this.state.points += 1;
    this.state.choices.push(index);
    return index;
  }

  #pick(ready: readonly Happening[]): number {
    const policy = this.#policy;
    switch (policy.policy) {
      case "fifo":
        return 0;
      case "random":
        return this.#random.below("choice", ready.length);
      case "recorded":
        return Math.min(policy.choices[this.state.points] ?? 0, ready.length - 1);
      case "pct":
        return this.#highest(ready, policy.depth);
    }
  }

  /** Probabilistic concurrency testing: actors have random priorities, and at few random points one drops to the bottom. */
  #highest(ready: readonly Happening[], depth: number): number {
    const { priorities } = this.state;
    let best = 0;
    let bestPriority = -1;
    ready.forEach((event, i) => {
      const actor = actorOf(event);
      let priority = priorities.get(actor);
      if (priority === undefined) {
        priority = 1 + this.#random.next("priority");
        priorities.set(actor, priority);
      }
      if (priority > bestPriority) {
        best = i;
        bestPriority = priority;
      }
    });
    const chosen = ready[best];
    if (chosen !== undefined && this.#random.next("change-point") < depth / 1000)
      priorities.set(actorOf(chosen), this.#random.next("demotion"));
    return best;
  }
}

function randomOf(policy: SchedulePolicy, saved?: RandomState): Random {
  return new Random("seed" in policy ? policy.seed : 0, saved);
}

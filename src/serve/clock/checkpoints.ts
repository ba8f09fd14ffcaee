import type { Millis } from "../../base/units.ts";
import type { Playback, PlaybackCheckpoint } from "./playback.ts";
import { stopwatch } from "./wall.ts";

/** A place in a history from which it can be gone on with. */
export interface Kept {
  readonly at: Millis;
  /** Events that the cluster had carried out. */
  readonly events: number;
  /** Entries of the journal that were committed before. */
  readonly applied: number;
  readonly saved: PlaybackCheckpoint;
}

/** Least events between two checkpoints: so many are carried out again well within a fifth of a second. */
const EVENTS = 150;
/** Making checkpoints may take these shares of the wall's time: while clients wait for answers, and while time is moved. */
const SHARE = { live: 0.15, moving: 0.5 } as const;
/** All checkpoints together may have cost so much to make, which bounds their memory: large clusters keep few of them. */
const COST_MAX_MS = 8000;
const COUNT = { least: 8, most: 256 } as const;
/** The cost of a checkpoint is the least of so many: a busy machine makes single ones look dear. */
const COSTS = 8;

/** The checkpoints of a history in the order of time, dense where much happens. */
export class Checkpoints {
  readonly #kept: Kept[] = [];
  readonly #costs: number[] = [];
  #nextEvents = 0;
  #lastWall = 0;

  /** Events that the cluster will have carried out when the next checkpoint is due. */
  get nextEvents(): number {
    return this.#nextEvents;
  }

  /** Makes a checkpoint if one is due and there is none nearby. */
  keep(playback: Playback, applied: number, mode: keyof typeof SHARE): void {
    const { events, now } = playback.cluster;
    if (events < this.#nextEvents) return;
    const gap = this.#gap();
    this.#nextEvents = events + gap;
    const index = this.#kept.findLastIndex((one) => one.at <= now) + 1;
    const before = this.#kept[index - 1];
    const next = this.#kept[index];
    if (before !== undefined && (before.at === now || events - before.events < gap)) return;
    if (next !== undefined && next.events - events < gap / 2) return;
    const begin = stopwatch();
    if (before !== undefined && this.#cost() > (begin - this.#lastWall) * SHARE[mode]) {
      this.#nextEvents = events + gap / 8;
      return;
    }
    this.#kept.splice(index, 0, { at: now, events, applied, saved: playback.checkpoint(before?.saved) });
    this.#lastWall = stopwatch();
    this.#costs.push(this.#lastWall - begin);
    if (this.#costs.length > COSTS) this.#costs.shift();
    while (this.#kept.length > this.#most()) this.#thin();
  }

  /** The last checkpoint that is not after an instant. */
  before(at: Millis): Kept | undefined {
    return this.#kept.findLast((one) => one.at <= at) ?? this.#kept[0];
  }

  /** Says that a history goes on from a checkpoint. */
  restored(playback: Playback): void {
    this.#nextEvents = playback.cluster.events + this.#gap();
  }

  /** Forgets what lies after an instant: another history begins there. */
  forgetAfter(at: Millis): void {
    while (this.#kept.length > 1 && (this.#kept.at(-1)?.at ?? 0) > at) this.#kept.pop();
  }

  #cost(): number {
    return this.#costs.length === 0 ? 0 : Math.min(...this.#costs);
  }

  #most(): number {
    return Math.max(COUNT.least, Math.min(COUNT.most, COST_MAX_MS / Math.max(1, this.#cost())));
  }

  /** Events from one checkpoint to the next: in a long history no more are made than can be kept. */
  #gap(): number {
    return Math.max(EVENTS, (this.#kept.at(-1)?.events ?? 0) / this.#most() / 2);
  }

  /** Forgets the checkpoint without which the fewest events have to be carried out again. */
  #thin(): void {
    let least = Number.POSITIVE_INFINITY;
    let which = 1;
    for (let i = 1; i < this.#kept.length - 1; i += 1) {
      const merged = (this.#kept[i + 1]?.events ?? 0) - (this.#kept[i - 1]?.events ?? 0);
      if (merged >= least) continue;
      least = merged;
      which = i;
    }
    this.#kept.splice(which, 1);
  }
}

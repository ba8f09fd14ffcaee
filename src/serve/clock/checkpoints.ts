import type { Millis } from "../../base/units.ts";
import type { Playback, PlaybackCheckpoint } from "./playback.ts";

/** A place in a history from which it can be gone on with. */
export interface Kept {
  readonly at: Millis;
  /** Entries of the journal that were committed before. */
  readonly applied: number;
  readonly saved: PlaybackCheckpoint;
}

/** Events between two checkpoints: so many are carried out again well within a fifth of a second. */
const EVENTS = 150;
/** Making checkpoints may take these shares of the wall's time: while clients wait for answers, and while time is moved. */
const SHARE = { live: 0.05, moving: 0.5 } as const;
/** All checkpoints together may have cost so much to make: large clusters keep few of them. */
const COST_MAX_MS = 30_000;
const COUNT = { least: 8, most: 256 } as const;

/** The checkpoints of a history in the order of time, dense where much happens. */
export class Checkpoints {
  readonly #kept: Kept[] = [];
  #nextEvents = 0;
  #cost = 0;
  #lastWall = 0;

  /** Events that the cluster will have carried out when the next checkpoint is due. */
  get nextEvents(): number {
    return this.#nextEvents;
  }

  /** Makes a checkpoint if one is due and there is none of a later time. */
  keep(playback: Playback, applied: number, mode: keyof typeof SHARE): void {
    const { events, now } = playback.cluster;
    if (events < this.#nextEvents) return;
    this.#nextEvents = events + EVENTS;
    const last = this.#kept.at(-1);
    if (last !== undefined && last.at >= now) return;
    const begin = performance.now();
    if (last !== undefined && this.#cost > (begin - this.#lastWall) * SHARE[mode]) return;
    this.#kept.push({ at: now, applied, saved: playback.checkpoint() });
    this.#lastWall = performance.now();
    this.#cost = this.#lastWall - begin;
    const most = Math.max(COUNT.least, Math.min(COUNT.most, COST_MAX_MS / Math.max(1, this.#cost)));
    if (this.#kept.length <= most) return;
    for (let i = this.#kept.length - 2; i > 0; i -= 2) this.#kept.splice(i, 1);
  }

  /** The last checkpoint that is not after an instant. */
  before(at: Millis): Kept | undefined {
    let best = this.#kept[0];
    for (const one of this.#kept) if (one.at <= at) best = one;
    return best;
  }

  /** Says that a history goes on from a checkpoint. */
  restored(playback: Playback): void {
    this.#nextEvents = playback.cluster.events + EVENTS;
  }

  /** Forgets what lies after an instant: another history begins there. */
  forgetAfter(at: Millis): void {
    while (this.#kept.length > 1 && (this.#kept.at(-1)?.at ?? 0) > at) this.#kept.pop();
  }
}

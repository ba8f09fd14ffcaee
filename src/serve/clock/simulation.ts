import { EPOCH_MS } from "../../base/time.ts";
import type { Millis } from "../../base/units.ts";
import type { Resource } from "../../api/object.ts";
import type { Request, Response } from "../../api/request.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import type { Change } from "../../cluster/world.ts";
import type { Plan } from "../../harness/plan/plan.ts";
import { Checkpoints } from "./checkpoints.ts";
import type { Kept } from "./checkpoints.ts";
import { Playback } from "./playback.ts";
import { after, cancel, nextTurn, stopwatch, wallNow } from "./wall.ts";
import type { Turn } from "./wall.ts";

/** Virtual milliseconds per millisecond of the wall; 0: paused; Infinity: as fast as it goes. */
export type Speed = number;

/** A client's write, with the place in the history where it was committed. */
export interface JournalEntry {
  readonly at: Millis;
  /** Events that the cluster had carried out before it. */
  readonly events: number;
  readonly request: Request;
}

/** One run of virtual time goes on for at most so long before sockets get their turn. */
const SLICE_MS = 15;
/** Longest sleep between two looks at the clock. */
const NAP_MS = 200;
/** Where virtual time outruns the wall's, ages are shown up to so much too old: else every timestamp would move all the time. */
const SLACK_MS = 20_000;
/** A smaller difference between the clocks moves no timestamp. */
const DRIFT_MS = 1500;

/** A cluster that lives in real time: it follows the wall's clock at a speed, and can be taken back to any instant. */
export class Simulation {
  readonly plan: Plan;
  /** Called with the resources that changed, after every run and every write. */
  onChanged: (resources: ReadonlySet<Resource>) => void = () => undefined;
  /** Called after every run and every write. */
  onRan: () => void = () => undefined;
  /** Called when the cluster jumped to another instant: whatever was read before may not hold. */
  onJump: () => void = () => undefined;
  #playback: Playback;
  #journal: JournalEntry[] = [];
  #applied = 0;
  #furthest: Millis = 0;
  #speed: Speed;
  #anchor: { readonly wall: number; readonly virtual: Millis };
  #timer: Turn | undefined;
  #closed = false;
  #changed = new Set<Resource>();
  #offset = 0;
  #seeking: Promise<void> | undefined;
  /** Seeks so far: a run that began before the last of them ends. */
  #moves = 0;
  readonly #checkpoints = new Checkpoints();

  constructor(plan: Plan, speed: Speed) {
    this.plan = plan;
    this.#playback = new Playback(plan, this.#noteChange);
    this.#speed = speed;
    this.#anchor = { wall: wallNow(), virtual: 0 };
    this.#checkpoints.keep(this.#playback, 0, "live");
  }

  get cluster(): Cluster {
    return this.#playback.cluster;
  }

  get now(): Millis {
    return this.cluster.now;
  }

  get speed(): Speed {
    return this.#speed;
  }

  /** Everything that clients wrote up to now. */
  get journal(): readonly JournalEntry[] {
    return this.#journal.slice(0, this.#applied);
  }

  /** The latest instant that was ever reached in this history. */
  get end(): Millis {
    return Math.max(this.now, this.#furthest);
  }

  /** What to add to virtual timestamps so that clients see ages that are true: whole seconds, in milliseconds. */
  get offset(): number {
    const exact = wallNow() - (EPOCH_MS + this.now);
    const slack = this.#speed > 1 ? SLACK_MS : 0;
    const ahead = exact - this.#offset;
    if (ahead > slack + DRIFT_MS || ahead < -DRIFT_MS) this.#offset = Math.floor((exact - slack) / 1000) * 1000;
    return this.#offset;
  }

  start(): void {
    this.#anchorHere();
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  setSpeed(speed: Speed): void {
    this.catchUp();
    this.#speed = speed;
    this.#anchorHere();
    this.#schedule();
  }

  /** Brings virtual time to where the wall's clock says it is, within one slice. */
  catchUp(): void {
    if (this.#speed === 0) return;
    const target = this.#target();
    this.#runTo(target, stopwatch() + SLICE_MS);
    if (this.now < target && Number.isFinite(target)) this.#anchorHere();
    this.#flush();
  }

  /** Commits a client's request now. A write in the middle of a known history begins another one. */
  request(request: Request, by: string): Response {
    if (request.verb !== "get" && request.verb !== "list") {
      if (this.now < this.#furthest) this.#fork();
      this.#journal.push({ at: this.now, events: this.cluster.events, request });
      this.#applied = this.#journal.length;
    }
    const response = this.cluster.request(request, by);
    this.#flush();
    if (this.#speed > 0) this.#schedule();
    return response;
  }

  /** Goes to an instant, back or forth, and stays there when paused. Yields to sockets while it computes. */
  seek(at: Millis): Promise<void> {
    const moved = (this.#seeking ?? Promise.resolve()).then(() => this.#seek(at));
    this.#seeking = moved;
    return moved;
  }

  /** Resolves when no seek is under way: what is asked meanwhile is about the instant that is sought. */
  async settled(): Promise<void> {
    await this.#seeking;
  }

  async #seek(at: Millis): Promise<void> {
    this.#moves += 1;
    const kept = this.#checkpoints.before(at);
    if (kept !== undefined && (at < this.now || kept.at > this.now)) this.#restore(kept);
    await this.runUntil(at, () => false);
    this.onJump();
  }

  /** Runs ahead of the wall's clock until `stop` holds (true), until `limit`, or until somebody seeks. */
  async runUntil(limit: Millis, stop: () => boolean): Promise<boolean> {
    this.#cancel();
    const move = this.#moves;
    let held = stop();
    while (!held && this.now < limit && !this.#closed && move === this.#moves) {
      this.#runTo(limit, stopwatch() + SLICE_MS, () => (held = stop()));
      this.#flush();
      if (this.now < limit) await nextTurn();
    }
    this.#anchorHere();
    this.#schedule();
    return held;
  }

  readonly #noteChange = ({ resource }: Change): void => {
    this.#changed.add(resource);
  };

  #flush(): void {
    this.onRan();
    if (this.#changed.size === 0) return;
    const changed = this.#changed;
    this.#changed = new Set();
    this.onChanged(changed);
  }

  #anchorHere(): void {
    this.#anchor = { wall: wallNow(), virtual: this.now };
  }

  #target(): Millis {
    if (this.#speed === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    return this.#anchor.virtual + Math.floor((wallNow() - this.#anchor.wall) * this.#speed);
  }

  #cancel(): void {
    if (this.#timer === undefined) return;
    cancel(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    this.#cancel();
    if (this.#closed || this.#speed === 0) return;
    const next = this.cluster.nextAt();
    if (this.#speed === Number.POSITIVE_INFINITY) {
      if (next !== undefined) this.#timer = after(0, this.#tick);
      return;
    }
    const wait = next === undefined ? NAP_MS : (next - this.#target()) / this.#speed;
    this.#timer = after(Math.min(NAP_MS, Math.ceil(wait)), this.#tick);
  }

  readonly #tick = (): void => {
    this.catchUp();
    this.#schedule();
  };

  /** Runs events and known writes up to `limit`, until `deadline` of the wall or until `stop`. */
  #runTo(limit: Millis, deadline: number, stop?: () => boolean): void {
    while (this.now < limit || this.#isDue(limit)) {
      const entry = this.#journal[this.#applied];
      if (entry !== undefined && entry.at <= limit) {
        if (this.cluster.events < entry.events || this.now < entry.at) {
          if (!this.#run(entry.at, deadline, stop, entry.events)) return;
        }
        this.#applied += 1;
        this.cluster.request(entry.request, "client");
        continue;
      }
      const to = Number.isFinite(limit) ? limit : (this.cluster.nextAt() ?? this.now);
      if (!this.#run(to, deadline, stop, this.#checkpoints.nextEvents)) return;
      this.#checkpoints.keep(this.#playback, this.#applied, stop === undefined ? "live" : "moving");
      if (stopwatch() > deadline) return;
      if (!Number.isFinite(limit) && this.cluster.nextAt() === undefined) return;
    }
  }

  #isDue(limit: Millis): boolean {
    const next = this.cluster.nextAt();
    const entry = this.#journal[this.#applied];
    return (next !== undefined && next <= limit) || (entry !== undefined && entry.at <= limit);
  }

  /** False when it stopped before `until`. */
  #run(until: Millis, deadline: number, stop: (() => boolean) | undefined, events = Number.POSITIVE_INFINITY): boolean {
    let n = 0;
    let halted = false;
    if (this.cluster.events < events || (this.cluster.nextAt() ?? Number.POSITIVE_INFINITY) > until)
      this.cluster.run(until, () => {
        n += 1;
        if (this.cluster.events >= events) return true;
        halted = stop?.() === true || ((n & 31) === 0 && stopwatch() > deadline);
        return halted;
      });
    return !halted;
  }

  #restore(best: Kept): void {
    this.#furthest = this.end;
    this.#playback = new Playback(this.plan, this.#noteChange, best.saved);
    this.#applied = best.applied;
    this.#checkpoints.restored(this.#playback);
  }

  /** Forgets what was to come after this instant. */
  #fork(): void {
    this.#journal = this.#journal.slice(0, this.#applied);
    this.#furthest = this.now;
    this.#checkpoints.forgetAfter(this.now);
  }
}

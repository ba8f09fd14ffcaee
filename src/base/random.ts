import seedrandom from "seedrandom";

/** Saved state of all streams: plain data. */
export interface RandomState {
  readonly seed: number | string;
  readonly streams: { readonly [name: string]: seedrandom.State.Alea };
}

/** Named random streams of one seed (seedrandom's alea), so that a draw in one place moves nothing elsewhere. */
export class Random {
  readonly #live = new Map<string, seedrandom.StatefulPRNG<seedrandom.State.Alea>>();
  #seed: number | string;
  readonly #saved: Map<string, seedrandom.State.Alea>;
  #generation = 0;

  /** Streams of a seed, or those that were saved. */
  constructor(seed: number | string, saved: RandomState = { seed, streams: {} }) {
    this.#seed = saved.seed;
    this.#saved = new Map(Object.entries(saved.streams));
  }

  get seed(): number | string {
    return this.#seed;
  }

  /** Grows when all streams begin anew: what `stream` has given before is then out of date. */
  get generation(): number {
    return this.#generation;
  }

  /** Begins all streams anew, from another seed. */
  reseed(seed: number | string): void {
    this.#seed = seed;
    this.#saved.clear();
    this.#live.clear();
    this.#generation += 1;
  }

  /** A number in [0, 1) of the stream `name`. */
  next(name: string): number {
    return (this.#live.get(name) ?? this.#open(name))();
  }

  /** The stream `name` itself, for who draws often; see `generation`. */
  stream(name: string): () => number {
    return this.#live.get(name) ?? this.#open(name);
  }

  #open(name: string): seedrandom.StatefulPRNG<seedrandom.State.Alea> {
    const state = this.#saved.get(name);
    const stream = seedrandom.alea(`${this.#seed}/${name}`, { state: state ?? true });
    this.#live.set(name, stream);
    return stream;
  }

  /** A whole number in [0, n). */
  below(name: string, n: number): number {
    return Math.floor(this.next(name) * n);
  }

  /** Plain data from which `new Random(seed, state)` goes on. */
  save(): RandomState {
    const streams: { [name: string]: seedrandom.State.Alea } = Object.fromEntries(this.#saved);
    for (const [name, stream] of this.#live) streams[name] = stream.state();
    return { seed: this.#seed, streams };
  }
}

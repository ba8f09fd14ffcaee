/** A histogram that can be sent to another process. */
export interface HistogramData {
  readonly counts: Uint32Array;
  readonly total: number;
  readonly maxNs: number;
}

/** Latencies in classes whose width is 1/32 of their value: p99 of a value is right to 3 %, the maximum is exact. */
export class Histogram {
  readonly #counts = new Uint32Array(32 * 33);
  #total = 0;
  #maxNs = 0;

  /** Counts one latency; whole nanoseconds from 0 to 2^32 - 1 (4.29 s), longer ones count as that. */
  record(milliseconds: number): void {
    const ns = Math.min(Math.max(0, Math.round(milliseconds * 1e6)), 0xffff_ffff);
    if (ns > this.#maxNs) this.#maxNs = ns;
    const index = classOf(ns);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total += 1;
  }

  /** The latency in microseconds that the share `q` of all does not exceed: the upper end of its class, at most the maximum. */
  quantileUs(q: number): number {
    let left = Math.ceil(q * this.#total);
    for (const [index, count] of this.#counts.entries()) {
      left -= count;
      if (count > 0 && left <= 0) return Math.min(upperEnd(index), this.#maxNs) / 1000;
    }
    return 0;
  }

  /** Counts all that another one has counted. */
  add({ counts, total, maxNs }: HistogramData): void {
    for (const [index, count] of counts.entries()) this.#counts[index] = (this.#counts[index] ?? 0) + count;
    this.#total += total;
    this.#maxNs = Math.max(this.#maxNs, maxNs);
  }

  /** What `add` takes. */
  data(): HistogramData {
    return { counts: this.#counts.slice(), total: this.#total, maxNs: this.#maxNs };
  }

  get maxUs(): number {
    return this.#maxNs / 1000;
  }

  get total(): number {
    return this.#total;
  }
}

/** Below 32 ns each value is a class; above, an octave [2^e, 2^(e+1)) has 32. */
function classOf(ns: number): number {
  if (ns < 32) return ns;
  const exponent = 31 - Math.clz32(ns);
  return (exponent - 4) * 32 + ((ns >>> (exponent - 5)) & 31);
}

function upperEnd(index: number): number {
  if (index < 32) return index;
  const exponent = Math.floor(index / 32) + 4;
  return (32 + (index % 32) + 1) * 2 ** (exponent - 5) - 1;
}

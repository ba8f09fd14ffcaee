import { Bench } from "tinybench";
import { assert, present } from "../../base/assert.ts";
import { Histogram } from "./histogram.ts";
import { collectGarbage } from "./machine.ts";

/** Passes run so long between two collections of garbage: else short passes would mostly wait for the collector. */
const GARBAGE_EVERY_MS = 20;

/** How long to measure. */
export interface Sampling {
  /** Samples at least. */
  readonly samples: number;
  /** Time of all samples at least, in milliseconds. */
  readonly timeMs: number;
}

/** Samples of one workload, and what the last pass decided (all passes decide the same). */
export interface Samples<Outcome> {
  readonly samplesMs: readonly number[];
  readonly latencies: Histogram;
  readonly outcome: Outcome;
}

/**
 * Measures passes with tinybench. Each pass runs on what `prepare` made for it, outside the clock; at least one pass warms
 * up and does not count. `pass` calls `lap` before the first decision and after each: the time between two laps is a
 * decision's latency.
 */
export function sample<Input, Outcome extends { readonly digest: string }>(
  name: string,
  sampling: Sampling,
  prepare: () => Input,
  pass: (input: Input, lap: () => void) => Outcome,
): Samples<Outcome> {
  let latencies = new Histogram();
  let input: Input | undefined;
  let outcome: Outcome | undefined;
  let last = Number.NaN;
  let busyMs = GARBAGE_EVERY_MS;
  const lap = (): void => {
    const now = performance.now();
    if (!Number.isNaN(last)) latencies.record(now - last);
    last = now;
  };
  const bench = new Bench({
    name,
    iterations: sampling.samples,
    time: sampling.timeMs,
    warmupIterations: 2,
    warmupTime: Math.min(500, sampling.timeMs),
    retainSamples: true,
    throws: true,
  });
  const run = (): void => {
    const before = outcome;
    const started = performance.now();
    outcome = pass(present(input, "a prepared pass"), lap);
    busyMs += performance.now() - started;
    assert(before === undefined || before.digest === outcome.digest, `${name}: two passes must decide the same`);
  };
  bench.add(name, run, {
    beforeAll() {
      latencies = new Histogram();
    },
    beforeEach() {
      input = prepare();
      last = Number.NaN;
      if (busyMs < GARBAGE_EVERY_MS) return;
      collectGarbage();
      busyMs = 0;
    },
  });
  const [task] = bench.runSync();
  const result = present(task, "tinybench's task").result;
  assert("latency" in result, `${name}: tinybench must have measured`);
  return {
    samplesMs: present(result.latency.samples, "retained samples"),
    latencies,
    outcome: present(outcome, "an outcome"),
  };
}

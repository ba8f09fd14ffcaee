/** What does an event cost in the timeline that orders them, and in the heap and the sorted array that it beat? */
import { Bench } from "tinybench";
import { type Less, heapPop, heapPush } from "../src/base/heap.ts";
import { Random } from "../src/base/random.ts";
import { addAt, emptyTimeline, takeNext } from "../src/base/timeline.ts";
import { renderCsv, writeCsv } from "../src/report/csv.ts";

interface Event {
  readonly at: number;
  readonly sequence: number;
}

const before: Less<Event> = (a, b) => a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
const STEPS = 1000;

/** Nearly every event has an instant of its own, up to ten seconds later; or, as in a cluster, most come a message's latency later. */
const delays: { readonly [load: string]: (draw: number) => number } = {
  spread: (draw) => Math.floor(draw * 10_000),
  messages: (draw) => (draw < 0.9 ? 1 : Math.floor((draw - 0.9) * 100_000)),
};

/** Steps of a running cluster: take the next event, which causes another one. `delay` of a draw in [0, 1), ms. */
function steps(
  waiting: number,
  delay: (draw: number) => number,
  push: (event: Event) => void,
  pop: () => Event | undefined,
): () => void {
  const random = new Random(waiting).stream("delay");
  let sequence = 0;
  const add = (now: number): void => push({ at: now + delay(random()), sequence: (sequence += 1) });
  for (let i = 0; i < waiting; i += 1) add(0);
  return () => {
    for (let i = 0; i < STEPS; i += 1) add(pop()?.at ?? 0);
  };
}

function inTimeline(waiting: number, delay: (draw: number) => number): () => void {
  const timeline = emptyTimeline<Event>();
  return steps(
    waiting,
    delay,
    (event) => addAt(timeline, event.at, event),
    () => takeNext(timeline),
  );
}

function inHeap(waiting: number, delay: (draw: number) => number): () => void {
  const heap: Event[] = [];
  return steps(
    waiting,
    delay,
    (event) => heapPush(heap, event, before),
    () => heapPop(heap, before),
  );
}

/** Latest first, so that the next event is popped from the end. */
function inSortedArray(waiting: number, delay: (draw: number) => number): () => void {
  const events: Event[] = [];
  const push = (event: Event): void => {
    let [low, high] = [0, events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const there = events[middle];
      if (there !== undefined && before(event, there)) low = middle + 1;
      else high = middle;
    }
    events.splice(low, 0, event);
  };
  return steps(waiting, delay, push, () => events.pop());
}

const bench = new Bench({ name: "event queue", time: 500, warmupTime: 100 });
const sizes = [100, 1000, 10_000, 100_000];
for (const [load, delay] of Object.entries(delays))
  for (const waiting of sizes) {
    bench.add(`timeline, ${load}, ${waiting}`, inTimeline(waiting, delay));
    bench.add(`heap, ${load}, ${waiting}`, inHeap(waiting, delay));
    bench.add(`sorted array, ${load}, ${waiting}`, inSortedArray(waiting, delay));
  }
const rows = bench.runSync().map(({ name, result }) => {
  if (!("latency" in result)) throw new Error(`${name} was not measured`);
  const { p50, p99, rme, samplesCount } = result.latency;
  const ns = (ms: number): number => Math.round((ms * 1e6) / STEPS);
  return {
    question: name,
    p50_ns_per_event: ns(p50),
    p99_ns_per_event: ns(p99),
    rme_pct: rme.toFixed(1),
    samples: samplesCount,
    node: process.version,
  };
});
writeCsv("reports/event-queue.csv", rows);
process.stdout.write(renderCsv(rows));

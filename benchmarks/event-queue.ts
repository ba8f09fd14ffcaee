/** What does an event cost in the heap that orders them, and in the sorted array that the heap beat? */
import { Bench } from "tinybench";
import { type Less, heapPop, heapPush } from "../src/base/heap.ts";
import { Random } from "../src/base/random.ts";
import { renderCsv, writeCsv } from "../src/report/csv.ts";

interface Event {
  readonly at: number;
  readonly sequence: number;
}

const before: Less<Event> = (a, b) => a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
const STEPS = 1000;

/** Steps of a running cluster: take the next event, which causes one up to ten seconds later. */
function steps(waiting: number, push: (event: Event) => void, pop: () => Event | undefined): () => void {
  const random = new Random(waiting);
  let sequence = 0;
  const add = (now: number): void => push({ at: now + random.below("delay", 10_000), sequence: (sequence += 1) });
  for (let i = 0; i < waiting; i += 1) add(0);
  return () => {
    for (let i = 0; i < STEPS; i += 1) add(pop()?.at ?? 0);
  };
}

function inHeap(waiting: number): () => void {
  const heap: Event[] = [];
  return steps(
    waiting,
    (event) => heapPush(heap, event, before),
    () => heapPop(heap, before),
  );
}

/** Latest first, so that the next event is popped from the end. */
function inSortedArray(waiting: number): () => void {
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
  return steps(waiting, push, () => events.pop());
}

const bench = new Bench({ name: "event queue", time: 500, warmupTime: 100 });
const sizes = [100, 1000, 10_000, 100_000];
for (const waiting of sizes) {
  bench.add(`heap ${waiting}`, inHeap(waiting));
  bench.add(`sorted array ${waiting}`, inSortedArray(waiting));
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

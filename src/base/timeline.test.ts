import fc from "fast-check";
import { expect, test } from "vitest";
import { addAt, emptyTimeline, nextEvents, nextInstant, takeNext, waiting } from "./timeline.ts";

interface Event {
  readonly at: number;
  readonly id: number;
}

/** What a timeline does, on a list that is sorted anew each time. */
class Sorted {
  readonly events: Event[] = [];

  get first(): readonly Event[] {
    const at = Math.min(...this.events.map((event) => event.at));
    return this.events.filter((event) => event.at === at).sort((a, b) => a.id - b.id);
  }

  take(index: number): Event | undefined {
    const event = this.first[index];
    if (event !== undefined) this.events.splice(this.events.indexOf(event), 1);
    return event;
  }
}

test("a timeline gives what a sorted list gives, whichever event of an instant is taken", () => {
  const step = fc.oneof(
    { weight: 2, arbitrary: fc.record({ add: fc.integer({ min: 0, max: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ take: fc.nat(9), first: fc.boolean() }) },
  );
  let later = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const timeline = emptyTimeline<Event>();
      const sorted = new Sorted();
      for (const [id, one] of steps.entries()) {
        if ("add" in one) {
          const event = { at: one.add, id };
          addAt(timeline, event.at, event);
          sorted.events.push(event);
        } else if (one.first) expect(takeNext(timeline)).toBe(sorted.take(0));
        else if (sorted.events.length > 0) {
          expect(nextEvents(timeline)).toEqual(sorted.first);
          const index = one.take % sorted.first.length;
          if (index > 0) later += 1;
          expect(takeNext(timeline, index)).toBe(sorted.take(index));
        }
        expect(nextInstant(timeline)).toBe(sorted.first[0]?.at);
        expect(waiting(timeline)).toBe(sorted.events.length);
      }
    }),
    { seed: 1, numRuns: 500 },
  );
  expect(later).toBeGreaterThan(100);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Pod } from "../../src/api/types/core-v1.ts";
import { noObjects } from "../../src/scheduler/framework/objects.ts";
import { schedulerConfig } from "../../src/scheduler/framework/profile.ts";
import { ASSIGNED_POD_DELETE } from "../../src/scheduler/queue/derived-events.ts";
import { doneInFlight } from "../../src/scheduler/queue/in-flight.ts";
import { emptyNominator } from "../../src/scheduler/queue/nominator.ts";
import type { QueueContext } from "../../src/scheduler/queue/scheduling-queue.ts";
import {
  activate,
  addToQueue,
  deleteFromQueue,
  flushBackoff,
  flushUnschedulable,
  moveAll,
  popFromQueue,
  requeue,
  updateInQueue,
} from "../../src/scheduler/queue/scheduling-queue.ts";
import type { QueuedPodInfo } from "../../src/scheduler/queue/state.ts";
import { emptyQueue } from "../../src/scheduler/queue/state.ts";
import { podOf } from "./worlds.ts";

const PODS = 6;
const step = fc.record({
  do: fc.constantFrom(
    "add",
    "pop",
    "pop",
    "fail",
    "error",
    "bind",
    "delete",
    "update",
    "event",
    "event",
    "flush",
    "leftover",
    "activate",
  ),
  pod: fc.nat(PODS - 1),
  after: fc.oneof(fc.nat(200), fc.nat(4000)),
});

const plain = { containers: [{ name: "c", image: "app", resources: { requests: { cpu: "1" } } }] };

test("every pending pod is in exactly one place: a heap, the unschedulable ones, or in flight", () => {
  const profiles = schedulerConfig().profiles;
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(step, { minLength: 50, maxLength: 120 }), (steps) => {
      const queue = emptyQueue();
      const nominator = emptyNominator();
      const pending = new Map<string, Pod>();
      const inFlight = new Map<string, QueuedPodInfo>();
      let now = 0;
      let generation = 0;
      for (const one of steps) {
        now += one.after;
        const times = { initialBackoff: 1000, maxBackoff: 10_000, maxInUnschedulable: 300_000 };
        const context: QueueContext = {
          queue,
          nominator,
          profiles,
          objects: noObjects,
          times,
          now,
          mutants: new Set(),
        };
        const answers = one.do === "fail" || one.do === "error" || one.do === "bind";
        const name = answers ? ([...inFlight.keys()][one.pod % Math.max(inFlight.size, 1)] ?? "") : `p${one.pod}`;
        const known = pending.get(name);
        const flying = inFlight.get(name);
        if (one.do === "add" && known === undefined && flying === undefined) {
          generation += 1;
          const base = podOf({ ...plain, priority: one.after % 3 }, one.pod);
          const pod: Pod = { ...base, metadata: { ...base.metadata, uid: `${name}-${generation}` } };
          pending.set(name, pod);
          addToQueue(context, pod);
        } else if (one.do === "pop") {
          const info = popFromQueue(context);
          if (info !== undefined) inFlight.set(info.pod.metadata.name, info);
        } else if ((one.do === "fail" || one.do === "error") && flying !== undefined && known !== undefined) {
          flying.unschedulablePlugins = new Set(one.do === "fail" ? ["NodeResourcesFit"] : []);
          flying.pendingPlugins = new Set();
          inFlight.delete(name);
          requeue(context, flying);
        } else if (one.do === "bind" && flying !== undefined) {
          inFlight.delete(name);
          pending.delete(name);
          doneInFlight(queue, flying.pod.metadata.uid);
        } else if (one.do === "delete" && known !== undefined && flying === undefined) {
          pending.delete(name);
          deleteFromQueue(context, known);
        } else if (one.do === "update" && known !== undefined) {
          const changed: Pod = { ...known, metadata: { ...known.metadata, labels: { at: String(now) } } };
          pending.set(name, changed);
          updateInQueue(context, known, changed);
        } else if (one.do === "event") moveAll(context, ASSIGNED_POD_DELETE, podOf({ ...plain, nodeName: "n" }, 99));
        else if (one.do === "flush") flushBackoff(context);
        else if (one.do === "leftover") flushUnschedulable({ ...context, now: now + 400_000 });
        else if (one.do === "activate" && known !== undefined) activate(context, [known]);

        const places = [
          ...queue.active,
          ...queue.backoff,
          ...queue.errorBackoff,
          ...queue.unschedulable.values(),
          ...inFlight.values(),
        ];
        expect(places.map(({ pod }) => pod.metadata.name).sort()).toEqual([...pending.keys()].sort());
        expect(queue.queued.size + inFlight.size).toBe(pending.size);
        expect([...queue.inFlight.keys()].sort()).toEqual(
          [...inFlight.values()].map(({ pod }) => pod.metadata.uid).sort(),
        );
        if (inFlight.size === 0) expect(queue.inFlightEvents).toEqual([]);
        for (const info of queue.queued.values()) seen.add(info.place);
      }
    }),
    { numRuns: 300 },
  );
  expect([...seen].sort()).toEqual(["active", "backoff", "errorBackoff", "unschedulable"]);
});

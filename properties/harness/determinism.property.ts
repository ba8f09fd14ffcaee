import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ALONE, drawPlan } from "../../src/harness/arbitraries/family.ts";
import { planArbitrary } from "../../src/harness/arbitraries/plan.ts";
import type { HistorySummary } from "../../src/harness/campaign/summary.ts";
import { runHistory } from "../../src/harness/campaign/summary.ts";
import { execute } from "../../src/harness/execute/execute.ts";
import type { Plan, Schedule } from "../../src/harness/plan/plan.ts";

const policies: readonly Schedule[] = [
  { policy: "fifo" },
  { policy: "random", seed: 3 },
  { policy: "pct", seed: 4, depth: 3 },
  { policy: "recorded", choices: [1, 0, 2, 1, 1, 0, 3] },
];

function withSchedule(plan: Plan, schedule: Schedule): Plan {
  return { ...plan, spec: { ...plan.spec, schedule } };
}

/** All that a history came to, besides the cluster itself. */
function outcome(plan: Plan): unknown {
  const { cluster: _, ...rest } = execute(plan);
  return rest;
}

test("a plan has one history: the second run is the first again, under every schedule policy", () => {
  const digests = new Set<string>();
  let run = 0;
  fc.assert(
    fc.property(planArbitrary({ nodes: { min: 1, max: 5 } }), (drawn) => {
      const plan = withSchedule(drawn, policies[run++ % policies.length] ?? drawn.spec.schedule);
      const first = execute(plan);
      digests.add(first.digest);
      const { cluster: _, ...rest } = first;
      expect(outcome(plan)).toEqual(rest);
    }),
    { numRuns: 40, seed: 21, endOnFailure: true },
  );
  expect(digests.size).toBe(40);
});

test("keeping the trace, or running other plans in between, changes no history", () => {
  for (let index = 0; index < 10; index += 1) {
    const plan = drawPlan(31, index, {});
    const before = execute(plan).digest;
    execute(drawPlan(32, index, {}));
    expect(execute(plan, { trace: true }).digest).toBe(before);
  }
});

test("the choices of a random history, recorded, lead through the same history again", () => {
  let choices = 0;
  for (let index = 0; index < 15; index += 1) {
    const plan = withSchedule(drawPlan(33, index, {}), {
      policy: index % 3 === 2 ? "pct" : "random",
      seed: index,
      depth: 2,
    });
    const drawn = execute(plan);
    const replayed = execute(withSchedule(plan, { policy: "recorded", choices: drawn.choices }));
    expect({ digest: replayed.digest, events: replayed.events }).toEqual({
      digest: drawn.digest,
      events: drawn.events,
    });
    choices += drawn.choices.length;
  }
  expect(choices).toBeGreaterThan(1000);
});

test("different seeds lead to different histories", () => {
  const plan = drawPlan(34, 0, {});
  const digests = [1, 2, 3, 4, 5].map((seed) => execute({ ...plan, spec: { ...plan.spec, seed } }).digest);
  expect(new Set(digests).size).toBe(5);
});

test("a worker thread of the built program runs the same histories", async () => {
  const seed = 35;
  const here = Array.from({ length: 12 }, (_, i) => runHistory(seed, ALONE - 4 + i, {}));
  const worker = new Worker(new URL("../../dist/src/harness/campaign/worker.js", import.meta.url), {
    workerData: { seed, options: {} },
  });
  try {
    const there: HistorySummary[] = [];
    const all = new Promise<void>((resolve, reject) => {
      worker.on("error", reject);
      worker.on("message", (summary: HistorySummary) => {
        there.push(summary);
        if (there.length === here.length) resolve();
      });
    });
    for (const { index } of here) worker.postMessage(index);
    await all;
    expect(there).toEqual(here);
  } finally {
    await worker.terminate();
  }
});

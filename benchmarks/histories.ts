/** How many histories a second does one core judge: 8 nodes, 30 steps, all faults, all invariants? */
import { Bench } from "tinybench";
import { generatePlan } from "../src/harness/arbitraries/family.ts";
import { execute } from "../src/harness/execute/execute.ts";
import { renderCsv, writeCsv } from "../src/report/csv.ts";

const OPTIONS = { nodes: 8, steps: 30 };
const SEED = 1;
/** The JIT compiler is through with the engine after about as many. */
const WARM_UP = 1500;
/** A hundred families: some cost six times as much as others. */
const PLANS = 2000;

/** Processor time of this process so far, all threads (also V8's helpers), in milliseconds: another process's load does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const variants = [
  { name: "all faults", faults: "all" },
  { name: "no faults", faults: "none" },
] as const;
const tallies = new Map<string, { histories: number; events: number; beganMs: number; endedMs: number }>();
const bench = new Bench({ name: "histories", time: 0, iterations: PLANS, warmup: false });
for (const { name, faults } of variants) {
  const options = { ...OPTIONS, faults };
  const tally = { histories: 0, events: 0, beganMs: 0, endedMs: 0 };
  tallies.set(name, tally);
  bench.add(
    name,
    () => {
      tally.events += execute(generatePlan(SEED, tally.histories, options)).events;
      tally.histories += 1;
    },
    {
      beforeAll: () => {
        for (let i = 0; i < WARM_UP; i += 1) execute(generatePlan(SEED + 1, i, options));
        tally.histories = 0;
        tally.events = 0;
        tally.beganMs = cpuMs();
      },
      afterAll: () => {
        tally.endedMs = cpuMs();
      },
    },
  );
}
const rows = bench.runSync().map(({ name, result }) => {
  const tally = tallies.get(name);
  if (!("latency" in result) || tally === undefined) throw new Error(`${name} was not measured`);
  const cpu = tally.endedMs - tally.beganMs;
  return {
    plans: name,
    histories: tally.histories,
    events_per_history: Math.round(tally.events / tally.histories),
    cpu_ms_per_history: (cpu / tally.histories).toFixed(2),
    cpu_us_per_event: ((cpu * 1000) / tally.events).toFixed(2),
    histories_per_cpu_s: ((tally.histories * 1000) / cpu).toFixed(1),
    p50_ms: result.latency.p50.toFixed(2),
    p99_ms: result.latency.p99.toFixed(2),
    node: process.version,
  };
});
writeCsv("reports/histories.csv", rows);
process.stdout.write(renderCsv(rows));

import { expect, test } from "vitest";
import { InputError } from "../../base/input-error.ts";
import { renderCsv } from "../../report/csv.ts";
import { compareRows, isRegression } from "./compare.ts";
import { parseTable } from "./read-table.ts";
import { BENCH_COLUMNS } from "./row.ts";
import { type BenchOptions, benchNames, runBench } from "./run-bench.ts";

const quick: BenchOptions = { samples: 2, timeMs: 0, isolate: false, pods: 20 };

test("bench > a workload gives one row whose decisions are the same for every sample", async () => {
  const told: string[] = [];
  const rows = await runBench({ ...quick, nodes: 10, onProgress: (text) => told.push(text) });
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ workload: "SchedulingBasic", nodes: 10, pods: 20, percentage: "default" });
  expect(rows[0]).toMatchObject({ samples: 2, unscheduled: 0, node: process.version });
  expect(rows[0]?.digest).toMatch(/^[0-9a-f]{16}$/);
  expect(rows[0]?.pods_per_s).toBeGreaterThan(0);
  expect(rows[0]?.max_us).toBeGreaterThanOrEqual(rows[0]?.p99_us ?? Number.NaN);
  expect(told).toHaveLength(2);
});

test("bench > the trace fills a few nodes and leaves the rest pending", async () => {
  const [row] = await runBench({ ...quick, workloads: ["openb-fill"], nodes: 1, pods: 30, percentage: 100 });
  expect(row).toMatchObject({ workload: "openb-fill", nodes: 1, pods: 30, percentage: 100 });
  expect((row?.placed ?? 0) + (row?.pending ?? 0)).toBe(30);
  expect(row?.pending).toBeGreaterThan(0);
  expect(row?.cpu_peak_pct).toBeLessThanOrEqual(100);
});

test("bench > rows are compared with an earlier table by workload and size", async () => {
  const rows = await runBench({ ...quick, nodes: 10 });
  const before = parseTable(renderCsv(rows, BENCH_COLUMNS), "before.csv");
  expect(compareRows(rows, before)).toMatchObject([
    { workload: "SchedulingBasic", ratio: 1, verdict: "same", same_decisions: true, same_machine: true },
  ]);
  const slower = rows.map((row) => ({ ...row, pods_per_s: 1, pods_per_s_low: 1, pods_per_s_high: 1 }));
  expect(compareRows(slower, before).map(isRegression)).toEqual([true]);
  expect(
    compareRows(
      rows.map((row) => ({ ...row, nodes: 11 })),
      before,
    ),
  ).toEqual([]);
});

test("bench > several sizes and policies give a row each, measured in turn, and the growth that fits the sizes", async () => {
  const policies = [{ name: "a" }, { name: "b" }];
  const rows = await runBench({ ...quick, nodes: [10, 40], policies, rounds: 2 });
  expect(rows.map(({ nodes, policy, samples }) => [nodes, policy, samples])).toEqual([
    [10, "a", 4],
    [10, "b", 4],
    [40, "a", 4],
    [40, "b", 4],
  ]);
  for (const { growth_exponent } of rows) expect(growth_exponent).toBeTypeOf("number");
});

test("bench > the trace's placement is judged over several orders of arrival", async () => {
  const [row] = await runBench({ ...quick, workloads: ["openb-fill"], nodes: 124, pods: 200, seeds: 3 });
  expect(row).toMatchObject({ seeds: 3 });
  expect(row?.frag_mean).toBeGreaterThan(0);
  expect(row?.pending_sd).toBeGreaterThan(0);
  expect(row?.imbalance_mean).toBeGreaterThan(0);
});

test("bench > what cannot be measured is refused before anything is", async () => {
  await expect(runBench({ ...quick, workloads: ["Nope"] })).rejects.toThrow(InputError);
  await expect(runBench({ ...quick, nodes: 0 })).rejects.toThrow("nodes must be a whole number of at least 1, found 0");
  await expect(runBench({ ...quick, percentage: 101 })).rejects.toThrow("percentage must be at most 100, found 101");
  await expect(runBench({ ...quick, size: "7" })).rejects.toThrow("SchedulingBasic has no size 7; it has 500, 5000");
});

test("bench > pods that fit nowhere preempt others where the workload says so", async () => {
  const [row] = await runBench({ ...quick, workloads: ["PreemptionBasic"], size: "100" });
  expect(row).toMatchObject({ nodes: 100, pods: 20, unscheduled: 0 });
  expect((row?.fast_decisions ?? 0) + (row?.scalar_decisions ?? 0)).toBe(40);
});

test("bench > the mirror of scheduler_perf and the traces are there by name", () => {
  expect(benchNames()).toEqual(expect.arrayContaining(["SchedulingBasic", "TopologySpreading", "openb", "openb-fill"]));
});

/**
 * How many pods a second does the columnar path place, and how many the scalar one that it must agree with? Both in turn, in
 * processes of their own. Exit code 1 where the columnar path is the slower one in every round, or decides otherwise.
 *
 * node dist/benchmarks/scheduling-throughput.js [WORKLOAD…] [--nodes 500,5000] [--percentage default,100] [--pods 300]
 */
import { parseArgs } from "node:util";
import { present } from "../src/base/assert.ts";
import { renderCsv, writeCsv } from "../src/report/csv.ts";
import { readCatalogue } from "../src/workload/bench/load-workload.ts";
import { runBench } from "../src/workload/bench/run-bench.ts";
import type { BenchRow } from "../src/workload/bench/row.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    nodes: { type: "string", default: "500,5000" },
    percentage: { type: "string", default: "default,100" },
    pods: { type: "string", default: "300" },
    rounds: { type: "string", default: "3" },
  },
});
const pods = Number(values.pods);
const workloads = positionals.length > 0 ? positionals : readCatalogue().workloads.map(({ name }) => name);
const rows: { readonly [column: string]: string | number | boolean }[] = [];

async function measure(
  workload: string,
  nodes: number,
  percentage: number | undefined,
  fast: boolean,
): Promise<BenchRow> {
  const effort = { samples: 1, timeMs: 1, rounds: 1 };
  const [row] = await runBench({ workloads: [workload], nodes, pods, percentage, fast, ...effort });
  return present(row, `the row of ${workload}`);
}

function median(rates: readonly number[]): number {
  return [...rates].sort((a, b) => a - b)[Math.floor(rates.length / 2)] ?? 0;
}

for (const workload of workloads) {
  for (const nodes of values.nodes.split(",").map(Number)) {
    for (const asked of values.percentage.split(",")) {
      const columnar: BenchRow[] = [];
      const scalar: BenchRow[] = [];
      for (let round = 0; round < Number(values.rounds); round += 1) {
        columnar.push(await measure(workload, nodes, asked === "default" ? undefined : Number(asked), true));
        scalar.push(await measure(workload, nodes, asked === "default" ? undefined : Number(asked), false));
      }
      const ratios = columnar.map((row, i) => row.pods_per_s / present(scalar[i], "the round's other row").pods_per_s);
      rows.push({
        workload,
        nodes,
        percentage: asked,
        pods,
        columnar: median(columnar.map((row) => row.pods_per_s)),
        scalar: median(scalar.map((row) => row.pods_per_s)),
        times: Number(median(ratios).toFixed(2)),
        times_low: Number(Math.min(...ratios).toFixed(2)),
        times_high: Number(Math.max(...ratios).toFixed(2)),
        agrees: columnar[0]?.digest === scalar[0]?.digest,
      });
      process.stderr.write(`${workload} ${nodes} ${asked}: ${median(ratios).toFixed(2)} times\n`);
    }
  }
}
writeCsv("reports/scheduling-throughput.csv", rows);
process.stdout.write(renderCsv(rows));
process.exitCode = rows.some((row) => Number(row["times_high"]) < 1 || row["agrees"] === false) ? 1 : 0;

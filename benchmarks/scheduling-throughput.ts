/** How many pods a second does the columnar path place, and how many the scalar one that it must agree with? */
import { renderCsv, writeCsv } from "../src/report/csv.ts";
import { BENCH_COLUMNS, type BenchRow } from "../src/workload/bench/row.ts";
import { runBench } from "../src/workload/bench/run-bench.ts";

const SIZES = [500, 5000];
const rows: (BenchRow & { readonly path: string })[] = [];
for (const nodes of SIZES)
  for (const fast of [true, false]) {
    const [row] = await runBench({ workloads: ["SchedulingBasic"], nodes, fast });
    if (row !== undefined) rows.push({ ...row, path: fast ? "columnar" : "scalar" });
  }
const columns = ["path", ...BENCH_COLUMNS];
writeCsv("reports/scheduling-throughput.csv", rows, columns);
process.stdout.write(renderCsv(rows, columns.slice(0, 13)));

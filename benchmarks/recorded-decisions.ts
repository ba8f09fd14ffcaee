/**
 * At which sizes, and how fast, does the scheduler decide as kube-scheduler v1.36.2 was recorded to? One pass each, no warm-up:
 * `node dist/benchmarks/recorded-decisions.js [PATTERN [fast|scalar]]`, e.g. `-5000$ fast`.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { renderCsv, writeCsv } from "../src/report/csv.ts";
import { digestOf } from "../src/workload/bench/bench-scheduling.ts";
import { loadWorkload } from "../src/workload/bench/load-workload.ts";
import { scheduleWorkload } from "../src/workload/schedule-workload.ts";
import { algorithmFor } from "../src/workload/workload-algorithm.ts";

interface Recording {
  readonly workload: string;
  readonly size: string;
  readonly runs: { readonly [percentage: string]: { readonly pods: number; readonly digest: string } };
}

const [pattern = "", only] = process.argv.slice(2);
const folder = "properties/conformance/golden/throughput";
const columns = ["workload", "size", "percentage", "path", "pods", "agrees", "fast_decisions", "pods_per_s"];

function measure({ workload, size, runs }: Recording, path: string): object[] {
  return Object.entries(runs).map(([percentage, run]) => {
    const made = loadWorkload({ name: workload, size }).make();
    const cluster = { ...made, measured: made.measured.slice(0, run.pods) };
    const limit = percentage === "default" ? {} : { percentageOfNodesToScore: Number(percentage) };
    const algorithm = algorithmFor(cluster, { fast: path === "fast", ...limit });
    const before = performance.now();
    const { nodes } = scheduleWorkload(algorithm, cluster);
    const seconds = (performance.now() - before) / 1000;
    return {
      workload,
      size,
      percentage,
      path,
      pods: nodes.length,
      agrees: digestOf(nodes) === run.digest,
      fast_decisions: algorithm.fastDecisions,
      pods_per_s: Math.round(nodes.length / seconds),
    };
  });
}

const rows: object[] = [];
process.stdout.write(renderCsv([], columns));
for (const name of readdirSync(folder).sort()) {
  const [run, gz] = name.split(".json");
  if (run === undefined || gz !== ".gz" || !new RegExp(pattern).test(run)) continue;
  const recording = JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString("utf8")) as Recording;
  for (const path of only === undefined ? ["fast", "scalar"] : [only])
    for (const row of measure(recording, path)) {
      rows.push(row);
      process.stdout.write(renderCsv([row], columns).split("\n").slice(1).join("\n"));
    }
}
writeCsv("reports/recorded-decisions.csv", rows, columns);

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { InputError } from "../../base/input-error.ts";
import { cast } from "../../base/units.ts";
import type { AlgorithmOptions } from "../../scheduler/algorithm.ts";
import { TRACES, benchOpenb } from "./bench-openb.ts";
import { benchScheduling } from "./bench-scheduling.ts";
import { readCatalogue } from "./load-workload.ts";
import type { BenchRow } from "./row.ts";

/** What to measure. */
export interface BenchOptions {
  /** Names of the catalogue, "openb" or "openb-fill"; default: SchedulingBasic. */
  readonly workloads?: readonly string[];
  readonly size?: string | undefined;
  /** Default: the workload's smallest size, at most 500 where it has that. */
  readonly nodes?: number | undefined;
  readonly pods?: number | undefined;
  /** percentageOfNodesToScore; absent: adaptive. */
  readonly percentage?: number | undefined;
  /** False: the scalar path alone. */
  readonly fast?: boolean | undefined;
  /** A decoded KubeSchedulerConfiguration. */
  readonly config?: unknown;
  /** Modules with scheduler plugins that it enables. */
  readonly plugins?: readonly string[];
  /** Samples at least; default 5. */
  readonly samples?: number | undefined;
  /** Time of all samples of a workload at least, in milliseconds; default 1000. */
  readonly timeMs?: number | undefined;
  /** Path of another catalogue. */
  readonly catalogue?: string | undefined;
  /** False: measure in this process. Default: each workload in a fresh one, so that none warms or clutters another. */
  readonly isolate?: boolean | undefined;
  /** Told before each workload and, with its row, after it. */
  readonly onProgress?: ((text: string, row?: BenchRow) => void) | undefined;
}

/** What one child process measures: plain data. */
export interface BenchJob extends Omit<BenchOptions, "workloads" | "isolate" | "onProgress"> {
  readonly workload: string;
}

/** Answer of a child process. */
export type BenchAnswer = { readonly row: BenchRow } | { readonly inputError: string };

/** Measures each workload and returns a row for each, in order. */
export async function runBench(options: BenchOptions = {}): Promise<readonly BenchRow[]> {
  const { workloads = ["SchedulingBasic"], isolate = true, onProgress, ...rest } = options;
  checkOptions(options, workloads);
  const rows: BenchRow[] = [];
  for (const [index, workload] of workloads.entries()) {
    const place = `${index + 1}/${workloads.length} ${workload}`;
    onProgress?.(`${place}: measuring`);
    const row = isolate ? await inChild({ ...rest, workload }) : benchOne({ ...rest, workload });
    rows.push(row);
    onProgress?.(`${place}: ${row.pods_per_s} pods/s, p99 ${row.p99_us} us`, row);
  }
  return rows;
}

/** Measures one workload in this process. */
export function benchOne(job: BenchJob): BenchRow {
  const { workload, percentage, fast, config, samples = 5, timeMs = 1000 } = job;
  const algorithm: AlgorithmOptions = {
    ...(config !== undefined && { config }),
    ...(percentage !== undefined && { percentageOfNodesToScore: percentage }),
    ...(fast !== undefined && { fast }),
  };
  const sampling = { samples, timeMs };
  if (TRACES.includes(workload)) return benchOpenb({ ...job, name: workload }, algorithm, sampling);
  return benchScheduling({ ...job, name: workload }, algorithm, sampling);
}

/** Names of all workloads: those of the catalogue and the traces. */
export function benchNames(catalogue?: string): readonly string[] {
  return [...readCatalogue(catalogue).workloads.map((one) => one.name), ...TRACES];
}

function checkOptions(options: BenchOptions, workloads: readonly string[]): void {
  const known = benchNames(options.catalogue);
  for (const name of workloads)
    if (!known.includes(name))
      throw new InputError(`no workload is called ${JSON.stringify(name)}; there are ${known.join(", ")}`);
  atLeast("nodes", options.nodes, 1);
  atLeast("pods", options.pods, 1);
  atLeast("samples", options.samples, 1);
  atLeast("percentage", options.percentage, 1);
  if (options.percentage !== undefined && options.percentage > 100)
    throw new InputError(`percentage must be at most 100, found ${options.percentage}`);
}

function atLeast(name: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= least))
    throw new InputError(`${name} must be a whole number of at least ${least}, found ${value}`);
}

/** Runs child.js, which stands beside this file in dist. */
function inChild(job: BenchJob): Promise<BenchRow> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL("./child.js", import.meta.url)), [], { serialization: "advanced" });
    let answer: BenchAnswer | undefined;
    child.on("message", (message) => {
      answer = cast<BenchAnswer>(message);
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (answer === undefined) reject(new Error(`the benchmark's process ended with code ${code}`));
      else if ("row" in answer) resolve(answer.row);
      else reject(new InputError(answer.inputError));
    });
    child.send(job);
  });
}

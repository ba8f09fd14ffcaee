import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { InputError } from "../../base/input-error.ts";
import { present } from "../../base/assert.ts";
import { cast } from "../../base/units.ts";
import type { AlgorithmOptions } from "../../scheduler/algorithm.ts";
import { TRACES, benchOpenb } from "./bench-openb.ts";
import { benchScheduling } from "./bench-scheduling.ts";
import { readCatalogue } from "./load-workload.ts";
import { growthExponent } from "./growth.ts";
import { type BenchPart, medianOf, rowOf } from "./part.ts";
import { peerRate } from "./peer.ts";
import { type BenchRow, round } from "./row.ts";

/** What to measure. */
export interface BenchOptions {
  /** Names of the catalogue, "openb" or "openb-fill"; default: SchedulingBasic. */
  readonly workloads?: readonly string[];
  readonly size?: string | undefined;
  /** One row for each. Default: the workload's smallest size, at most 500 where it has that. */
  readonly nodes?: number | readonly number[] | undefined;
  readonly pods?: number | undefined;
  /** percentageOfNodesToScore; absent: adaptive. */
  readonly percentage?: number | undefined;
  /** False: the scalar path alone. */
  readonly fast?: boolean | undefined;
  /** A decoded KubeSchedulerConfiguration. */
  readonly config?: unknown;
  /** In place of `config`: several, by name, with a row for each. */
  readonly policies?: readonly Policy[] | undefined;
  /** Modules with scheduler plugins that it enables. */
  readonly plugins?: readonly string[];
  /** Samples of each round at least; default 5. */
  readonly samples?: number | undefined;
  /** Time of all samples of a round at least, in milliseconds; default 1000. */
  readonly timeMs?: number | undefined;
  /** Times that all rows are measured in turn; default 1. */
  readonly rounds?: number | undefined;
  /** Of traces: orders of arrival for the quality of the placement; default none. */
  readonly seeds?: number | undefined;
  /** A program to measure in turn with ours; see peer.ts. */
  readonly against?: string | undefined;
  /** Path of another catalogue. */
  readonly catalogue?: string | undefined;
  /** False: measure in this process. Default: each round of each row in a fresh one, so that none warms or clutters another. */
  readonly isolate?: boolean | undefined;
  /** Told before each measurement, and each row once it is known. */
  readonly onProgress?: ((text: string, row?: BenchRow) => void) | undefined;
}

/** A decoded KubeSchedulerConfiguration with the name that its rows bear. */
export interface Policy {
  readonly name: string;
  readonly config?: unknown;
}

/** What one child process measures: plain data. */
export interface BenchJob extends Pick<
  BenchOptions,
  "size" | "pods" | "percentage" | "fast" | "config" | "plugins" | "samples" | "timeMs" | "seeds" | "catalogue"
> {
  readonly workload: string;
  readonly nodes?: number | undefined;
  readonly policy?: string | undefined;
}

/** Answer of a child process. */
export type BenchAnswer = { readonly part: BenchPart } | { readonly inputError: string };

/** One row in the making. */
interface Running {
  readonly job: BenchJob;
  readonly parts: BenchPart[];
  readonly peerRates: number[];
}

/** Measures each workload, size and policy, all in turn for as many rounds as asked, and returns a row for each. */
export async function runBench(options: BenchOptions = {}): Promise<readonly BenchRow[]> {
  const { isolate = true, onProgress, rounds = 1, against } = options;
  const jobs = jobsOf(options);
  const running: readonly Running[] = jobs.map((job) => ({ job, parts: [], peerRates: [] }));
  for (let turn = 1; turn <= rounds; turn += 1) {
    for (const [index, { job, parts, peerRates }] of running.entries()) {
      onProgress?.(
        `${rounds > 1 ? `round ${turn}/${rounds}, ` : ""}${index + 1}/${jobs.length} ${job.workload}: measuring`,
      );
      parts.push(isolate ? await inChild(job) : benchOne(job));
      if (against !== undefined) peerRates.push(await peerRate(against, job));
    }
  }
  const rows = withGrowth(running.map(finish));
  for (const row of rows) onProgress?.(`${row.workload}: ${row.pods_per_s} pods/s, p99 ${row.p99_us} us`, row);
  return rows;
}

/** Measures one workload in this process. */
export function benchOne(job: BenchJob): BenchPart {
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

function jobsOf(options: BenchOptions): readonly BenchJob[] {
  const { workloads = ["SchedulingBasic"], nodes, config, policies = [{ name: "", config }] } = options;
  checkOptions(options, workloads);
  const { size, pods, percentage, fast, plugins, samples, timeMs, seeds, catalogue } = options;
  const rest = { size, pods, percentage, fast, ...(plugins !== undefined && { plugins }), samples, timeMs, catalogue };
  const sizes = Array.isArray(nodes) ? cast<readonly number[]>(nodes) : [cast<number | undefined>(nodes)];
  return workloads.flatMap((workload) =>
    sizes.flatMap((count) =>
      policies.map((policy) => ({
        ...rest,
        ...(TRACES.includes(workload) && { seeds }),
        ...(policy.config !== undefined && { config: policy.config }),
        ...(policy.name !== "" && { policy: policy.name }),
        workload,
        nodes: count,
      })),
    ),
  );
}

function finish({ job, parts, peerRates }: Running): BenchRow {
  const [first, ...others] = parts;
  const row = rowOf([present(first, "a measured round"), ...others]);
  const named = job.policy === undefined ? row : { ...row, policy: job.policy };
  if (peerRates.length === 0) return named;
  const { median } = medianOf(peerRates.sort((a, b) => a - b));
  const ratio = median === 0 ? {} : { peer_ratio: round(row.pods_per_s / median, 1) };
  return { ...named, peer_pods_per_s: round(median, 1), ...ratio };
}

/** Rows of one workload and policy in several sizes get the exponent that fits them. */
function withGrowth(rows: readonly BenchRow[]): readonly BenchRow[] {
  return rows.map((row) => {
    const alike = rows.filter(({ workload, policy }) => workload === row.workload && policy === row.policy);
    const growth = growthExponent(alike.map(({ nodes, pods, pods_per_s }) => ({ nodes, seconds: pods / pods_per_s })));
    return growth === undefined ? row : { ...row, growth_exponent: round(growth, 3) };
  });
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
  const { nodes } = options;
  for (const count of Array.isArray(nodes) ? cast<readonly number[]>(nodes) : [cast<number | undefined>(nodes)])
    atLeast("nodes", count, 1);
  atLeast("rounds", options.rounds, 1);
  atLeast("seeds", options.seeds, 1);
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
function inChild(job: BenchJob): Promise<BenchPart> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL("./child.js", import.meta.url)), [], { serialization: "advanced" });
    let answer: BenchAnswer | undefined;
    child.on("message", (message) => {
      answer = cast<BenchAnswer>(message);
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (answer === undefined) reject(new Error(`the benchmark's process ended with code ${code}`));
      else if ("part" in answer) resolve(answer.part);
      else reject(new InputError(answer.inputError));
    });
    child.send(job);
  });
}

import { Command, InvalidArgumentError } from "commander";
import { InputError } from "../../base/input-error.ts";
import { renderCsv, writeCsv } from "../../report/csv.ts";
import { renderJson } from "../../report/json.ts";
import { startProgress } from "../../report/progress.ts";
import { compareRows, isRegression } from "../../workload/bench/compare.ts";
import { readTable } from "../../workload/bench/read-table.ts";
import { BENCH_COLUMNS } from "../../workload/bench/row.ts";
import type { BenchRow } from "../../workload/bench/row.ts";
import type { BenchOptions, Policy } from "../../workload/bench/run-bench.ts";
import { runBench } from "../../workload/bench/run-bench.ts";
import { schedulerConfig } from "../../scheduler/framework/profile.ts";
import { durationMs, percentage, whole } from "../arguments.ts";
import { EXIT } from "../exit.ts";
import { readSchedulerOptions } from "../scheduler-config.ts";

interface BenchCommandOptions {
  readonly nodes?: readonly number[];
  readonly pods?: number;
  readonly percentage: number | "default";
  readonly config?: readonly string[];
  readonly plugin?: readonly string[];
  readonly rounds: number;
  readonly samples: number;
  readonly time?: number;
  readonly seeds?: number;
  readonly compare?: string;
  readonly against?: string;
  readonly csv?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  shakedown bench SchedulingBasic --nodes 500,5000,15000 --percentage 100
  shakedown bench openb-fill --seeds 5 --config a.yaml --config b.yaml
  shakedown bench SchedulingBasic --compare reports/baseline-throughput.csv`;

/** `shakedown bench [WORKLOAD…]`: scheduling throughput and, of traces, placement quality. */
export function benchCommand(): Command {
  return new Command("bench")
    .description("measure how fast the scheduler places pods; CSV on standard output")
    .argument("[workload...]", "names of workloads; default SchedulingBasic; openb plays a production trace")
    .option("--nodes <n,…>", "numbers of nodes; several give a row each and the exponent of growth", wholes)
    .option("--pods <n>", "number of measured pods", whole(1))
    .option("--percentage <n>", "percentageOfNodesToScore, or default (adaptive)", percentage, "default")
    .option("--config <file>", "a KubeSchedulerConfiguration; several times for a row each", collect)
    .option("--plugin <file>", "a module with a scheduler plugin of your own; several times for several", collect)
    .option("--rounds <n>", "measure all rows in turn so often", whole(1), 3)
    .option("--samples <n>", "samples of each round at least", whole(1), 3)
    .option("--time <duration>", "time of the samples of each round at least (default: 1s)", durationMs)
    .option("--seeds <n>", "of traces: orders of arrival for the placement's quality", whole(1))
    .option(
      "--compare <csv>",
      "print the ratios to an earlier table; exit code 1 when a row became slower beyond noise",
    )
    .option("--against <program>", "run a peer in turn (reports/README.md) and print the ratio")
    .option("--csv <file>", "write the rows to a file as well")
    .option("--json", "print the rows as JSON")
    .addHelpText("after", EXAMPLES)
    .action(measure);
}

async function measure(workloads: readonly string[], options: BenchCommandOptions): Promise<void> {
  const before = options.compare === undefined ? undefined : readTable(options.compare);
  compareRows([], before ?? []);
  const progress = startProgress();
  const rows: readonly BenchRow[] = await runBench({
    ...(workloads.length > 0 && { workloads }),
    ...(options.nodes !== undefined && { nodes: options.nodes }),
    ...(options.pods !== undefined && { pods: options.pods }),
    ...(options.percentage !== "default" && { percentage: options.percentage }),
    ...(options.seeds !== undefined && { seeds: options.seeds }),
    ...(options.against !== undefined && { against: options.against }),
    rounds: options.rounds,
    samples: options.samples,
    ...(options.time !== undefined && { timeMs: options.time }),
    ...schedulersOf(options),
    onProgress: (text) => progress.update(text),
  });
  progress.done();
  if (options.csv !== undefined) writeCsv(options.csv, rows, BENCH_COLUMNS);
  const compared = before === undefined ? undefined : compareRows(rows, before);
  if (compared !== undefined && compared.length === 0)
    throw new InputError(`${options.compare}: expected a row with the same workload, nodes, pods and percentage`);
  if (compared === undefined)
    process.stdout.write(options.json === true ? renderJson(rows) : renderCsv(rows, BENCH_COLUMNS));
  else process.stdout.write(options.json === true ? renderJson(compared) : renderCsv(compared));
  process.exitCode = compared?.some(isRegression) === true ? EXIT.violated : EXIT.held;
}

/** The configurations, of which each has to serve the workloads' pods: they ask for default-scheduler. */
function schedulersOf({
  config: files = [],
  plugin,
}: BenchCommandOptions): Pick<BenchOptions, "policies" | "plugins" | "config"> {
  const plugins = plugin === undefined ? {} : { plugin };
  const read = (file?: string): ReturnType<typeof readSchedulerOptions> => {
    const found = readSchedulerOptions({ ...plugins, ...(file !== undefined && { config: file }) });
    if (found.config !== undefined && !schedulerConfig(found.config).profiles.has("default-scheduler"))
      throw new InputError(
        `${file ?? "--plugin"}: no profile serves default-scheduler; expected one, since the workloads' pods ask for it`,
      );
    return found;
  };
  if (files.length === 0) return read();
  const all = files.map((file) => ({ name: file, ...read(file) }));
  const policies: readonly Policy[] = all.map(({ name, config }) => ({ name, config }));
  return { policies, ...(all[0]?.plugins !== undefined && { plugins: all[0].plugins }) };
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** "500,5000": whole numbers of at least 1. */
function wholes(text: string): readonly number[] {
  const parse = whole(1);
  const numbers = text.split(",").map(parse);
  if (new Set(numbers).size < numbers.length) throw new InvalidArgumentError("expected numbers that differ.");
  return numbers;
}

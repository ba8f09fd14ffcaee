import { Command } from "commander";
import { InputError } from "../../base/input-error.ts";
import { renderCsv, writeCsv } from "../../report/csv.ts";
import { renderJson } from "../../report/json.ts";
import { startProgress } from "../../report/progress.ts";
import { BENCH_COLUMNS } from "../../workload/bench/row.ts";
import type { BenchRow } from "../../workload/bench/row.ts";
import { runBench } from "../../workload/bench/run-bench.ts";
import { schedulerConfig } from "../../scheduler/framework/profile.ts";
import { percentage, whole } from "../arguments.ts";
import { EXIT } from "../exit.ts";
import type { SchedulerOptions } from "../scheduler-config.ts";
import { addSchedulerOptions, readSchedulerOptions } from "../scheduler-config.ts";

interface BenchCommandOptions extends SchedulerOptions {
  readonly nodes?: number;
  readonly pods?: number;
  readonly percentage: number | "default";
  readonly csv?: string;
  readonly json?: boolean;
}

/** `shakedown bench [WORKLOAD…]`: scheduling throughput. */
export function benchCommand(): Command {
  return addSchedulerOptions(
    new Command("bench")
      .description("measure how fast the scheduler places pods; CSV on standard output")
      .argument("[workload...]", "names of workloads; default SchedulingBasic; openb plays a production trace"),
  )
    .option("--nodes <n>", "number of nodes", whole(1))
    .option("--pods <n>", "number of measured pods", whole(1))
    .option("--percentage <n>", "percentageOfNodesToScore, or default (adaptive)", percentage, "default")
    .option("--csv <file>", "write the rows to a file as well")
    .option("--json", "print the rows as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  shakedown bench SchedulingBasic --nodes 5000 --percentage 100\n  shakedown bench openb --csv reports/openb.csv",
    )
    .action(async (workloads: string[], options: BenchCommandOptions) => {
      const progress = startProgress();
      const rows: readonly BenchRow[] = await runBench({
        ...(workloads.length > 0 && { workloads }),
        ...(options.nodes !== undefined && { nodes: options.nodes }),
        ...(options.pods !== undefined && { pods: options.pods }),
        ...(options.percentage !== "default" && { percentage: options.percentage }),
        ...schedulerOf(options),
        onProgress: (text) => progress.update(text),
      });
      progress.done();
      if (options.csv !== undefined) writeCsv(options.csv, rows, BENCH_COLUMNS);
      process.stdout.write(options.json === true ? renderJson(rows) : renderCsv(rows, BENCH_COLUMNS));
      process.exitCode = EXIT.held;
    });
}

/** The pods of the workloads ask for default-scheduler. */
function schedulerOf(options: SchedulerOptions): ReturnType<typeof readSchedulerOptions> {
  const read = readSchedulerOptions(options);
  if (read.config !== undefined && !schedulerConfig(read.config).profiles.has("default-scheduler"))
    throw new InputError(
      `${options.config ?? "--plugin"}: no profile serves default-scheduler; expected one, since the workloads' pods ask for it`,
    );
  return read;
}

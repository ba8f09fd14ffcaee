/** Entry of a benchmark's own process: takes one job by message, answers with what it measured, ends. */
import { InputError } from "../../base/input-error.ts";
import { cast } from "../../base/units.ts";
import { loadPlugins } from "../../harness/campaign/load-plugins.ts";
import { type BenchAnswer, type BenchJob, benchOne } from "./run-bench.ts";

process.once("message", (message) => {
  answer(measure(cast<BenchJob>(message)));
});

function measure(job: BenchJob): BenchAnswer {
  try {
    loadPlugins(job.plugins ?? []);
    return { part: benchOne(job) };
  } catch (error) {
    if (error instanceof InputError) return { inputError: error.message };
    throw error;
  }
}

function answer(value: BenchAnswer): void {
  process.send?.(value, () => process.disconnect());
}

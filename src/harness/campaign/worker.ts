import { parentPort, workerData } from "node:worker_threads";
import { cast } from "../../base/units.ts";
import type { PlanOptions } from "../arbitraries/plan.ts";
import { loadPlugins } from "./load-plugins.ts";
import { runHistory } from "./summary.ts";

/** What a worker is started with. */
export interface WorkerTask {
  readonly seed: number;
  readonly options: PlanOptions;
}

const { seed, options } = cast<WorkerTask>(workerData);
loadPlugins(options.plugins ?? []);
parentPort?.on("message", (index: number) => parentPort?.postMessage(runHistory(seed, index, options)));

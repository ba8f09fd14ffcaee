import { Worker } from "node:worker_threads";
import { setImmediate as breathe } from "node:timers/promises";
import { FAMILY } from "../arbitraries/family.ts";
import type { PlanOptions } from "../arbitraries/plan.ts";
import type { HistorySummary } from "./summary.ts";
import { runHistory } from "./summary.ts";

/** A campaign: many generated histories. */
export interface CampaignOptions {
  readonly seed: number;
  readonly plans: PlanOptions;
  /** At most so many histories. */
  readonly runs: number;
  /** At most so long, in milliseconds of real time. */
  readonly forMs?: number;
  /** 1: in this process. */
  readonly workers: number;
  readonly onHistory: (summary: HistorySummary, done: number) => void;
  /** Stops the campaign after the histories under way. */
  readonly stop: () => boolean;
}

/** Runs histories 0, 1, 2 … until enough, too late or stopped; returns how many ended. */
export async function runCampaign(options: CampaignOptions): Promise<number> {
  return options.workers > 1 ? inWorkers(options) : inProcess(options);
}

async function inProcess({ seed, plans, runs, forMs, onHistory, stop }: CampaignOptions): Promise<number> {
  const started = performance.now();
  let done = 0;
  for (let index = 0; index < runs; index += 1) {
    if (stop() || (forMs !== undefined && performance.now() - started >= forMs)) break;
    const summary = runHistory(seed, index, plans);
    done += 1;
    onHistory(summary, done);
    // Lets signals be heard.
    if (index % 8 === 7) await breathe();
  }
  return done;
}

/** Each worker runs one family after the other, history by history; summaries are handed on in the order of their indexes. */
async function inWorkers({ seed, plans, runs, forMs, workers, onHistory, stop }: CampaignOptions): Promise<number> {
  const started = performance.now();
  const waiting = new Map<number, HistorySummary>();
  let begun = 0;
  let done = 0;
  const isOver = (): boolean => stop() || (forMs !== undefined && performance.now() - started >= forMs);
  const nextFamily = (): readonly number[] => {
    const first = begun;
    begun = Math.min(first + FAMILY, runs);
    return Array.from({ length: begun - first }, (_, i) => first + i);
  };
  const hand = (summary: HistorySummary): void => {
    waiting.delete(summary.index);
    done += 1;
    onHistory(summary, done);
  };
  const receive = (summary: HistorySummary): void => {
    waiting.set(summary.index, summary);
    for (let ready = waiting.get(done); ready !== undefined; ready = waiting.get(done)) hand(ready);
  };
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: { seed, options: plans } });
      let mine: readonly number[] = [];
      const feed = (): void => {
        if (mine.length === 0) mine = nextFamily();
        const [index, ...rest] = mine;
        mine = rest;
        if (index === undefined || isOver()) void worker.terminate().then(() => resolve());
        else worker.postMessage(index);
      };
      worker.on("message", (summary: HistorySummary) => {
        receive(summary);
        feed();
      });
      worker.on("error", reject);
      feed();
    });
  await Promise.all(Array.from({ length: workers }, one));
  // Those after a family that the end cut short.
  for (const summary of [...waiting.values()].sort((a, b) => a.index - b.index)) hand(summary);
  return done;
}

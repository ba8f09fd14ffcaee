/**
 * Do histories that part amid the trouble of a family find planted bugs sooner than histories of their own? Both hunt each bug
 * by the general campaign (8 nodes, 30 steps, all faults, all invariants) for the same time: some 10 minutes in all.
 */
import { ALONE, drawPlan, generatePlan } from "../src/harness/arbitraries/family.ts";
import type { PlanOptions } from "../src/harness/arbitraries/plan.ts";
import { execute } from "../src/harness/execute/execute.ts";
import { allMutants } from "../src/harness/mutants/corpus.ts";
import { renderCsv, writeCsv } from "../src/report/csv.ts";

const SEEDS = [1, 2, 3];
/** Most time for one bug and one seed. */
const MOST_MS = 4000;
const WARM_UP = 300;

const variants = [
  { name: "families", plan: (seed: number, i: number, options: PlanOptions) => generatePlan(seed, ALONE + i, options) },
  { name: "by themselves", plan: drawPlan },
] as const;

function optionsFor(...mutants: string[]): PlanOptions {
  return { nodes: 8, steps: 30, faults: "all", mutants };
}

for (const { plan } of variants) for (let i = 0; i < WARM_UP; i += 1) execute(plan(0, i, optionsFor()));

const rows = allMutants.flatMap(({ id }) =>
  variants.map(({ name, plan }) => {
    const options = optionsFor(id);
    let found = 0;
    let histories = 0;
    let ms = 0;
    for (const seed of SEEDS) {
      const began = performance.now();
      for (let i = 0; performance.now() - began < MOST_MS; i += 1) {
        histories += 1;
        if (execute(plan(seed, i, options)).violations.length === 0) continue;
        found += 1;
        break;
      }
      ms += performance.now() - began;
    }
    const rate = {
      histories_per_s: ((1000 * histories) / ms).toFixed(1),
      found_per_s: ((1000 * found) / ms).toFixed(3),
    };
    return { mutant: id, plans: name, seeds: SEEDS.length, found, seconds: (ms / 1000).toFixed(1), ...rate };
  }),
);
writeCsv("reports/families.csv", rows);
process.stdout.write(renderCsv(rows));

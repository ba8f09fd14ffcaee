import { dirname, relative, resolve } from "node:path";
import { printPlan } from "../harness/plan/print.ts";
import type { Plan } from "../harness/plan/plan.ts";
import { writeFile } from "../report/write-file.ts";

/** Writes a plan; modules of plugins are named relative to the file. */
export function writePlan(file: string, plan: Plan): void {
  const { plugins } = plan.spec;
  const folder = resolve(dirname(file));
  const named = plugins?.map((module) => {
    const path = relative(folder, module).replaceAll("\\", "/");
    return path.startsWith(".") ? path : `./${path}`;
  });
  writeFile(file, printPlan(named === undefined ? plan : { ...plan, spec: { ...plan.spec, plugins: named } }));
}

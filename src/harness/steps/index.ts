import { scale } from "./scale.ts";
import type { StepProgram } from "./step-program.ts";

/** All commands of a plan, one line each. */
const programs: readonly StepProgram[] = [
  scale,
];

const byName: ReadonlyMap<string, StepProgram> = new Map(programs.map((program) => [program.name, program]));

/** The command of that name. */
export function stepNamed(name: string): StepProgram | undefined {
  return byName.get(name);
}

/** The names of all commands. */
export function stepNames(): string[] {
  return [...byName.keys()];
}

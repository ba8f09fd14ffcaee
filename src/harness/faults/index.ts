import type { Fault } from "./fault.ts";

/** All kinds of fault, one line each. */
const faults: readonly Fault[] = [
];

const byName: ReadonlyMap<string, Fault> = new Map(faults.map((fault) => [fault.name, fault]));

/** The fault of that name. */
export function faultNamed(name: string): Fault | undefined {
  return byName.get(name);
}

/** The names of all faults. */
export function faultNames(): string[] {
  return [...byName.keys()];
}

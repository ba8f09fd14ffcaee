import type { Status } from "../framework/status.ts";

/** A filter by topology domain: the sum of the row's domain must lie between two bounds. */
export interface Gate {
  readonly domain: Int32Array;
  readonly sums: Int32Array;
  readonly least: number;
  readonly most: number;
  /** What is said of a row without the label, and of one whose sum is out of bounds. */
  readonly absent: Status;
  readonly outside: Status;
}

/** Whether a row passes all gates. */
export function passes(gates: readonly Gate[], row: number): boolean {
  for (let i = 0; i < gates.length; i += 1) {
    const { domain, sums, least, most } = gates[i] as Gate;
    const sum = sums[domain[row] as number] as number;
    if (sum < least || sum > most) return false;
  }
  return true;
}

/** What the first gate that a row does not pass says. */
export function refusalOf(gates: readonly Gate[], row: number): Status | undefined {
  for (const { domain, sums, least, most, absent, outside } of gates) {
    const at = domain[row] as number;
    const sum = sums[at] as number;
    if (sum < least || sum > most) return at === 0 ? absent : outside;
  }
  return undefined;
}

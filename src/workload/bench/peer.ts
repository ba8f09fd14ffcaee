import { execFile } from "node:child_process";
import { InputError } from "../../base/input-error.ts";
import { parseTable } from "./read-table.ts";
import { textOf } from "../table.ts";
import type { BenchJob } from "./run-bench.ts";

/** So long the peer may schedule in one round. */
const LIMIT = "4s";

/**
 * Runs a peer once: `PROGRAM -workload NAME -nodes SIZE -percentage P -limit 4s` (P 0: adaptive) prints a CSV table with a
 * column pods_per_s and one row.
 */
export function peerRate(program: string, { workload, size, nodes = 500, percentage = 0 }: BenchJob): Promise<number> {
  const args = [
    "-workload",
    workload,
    "-nodes",
    size ?? String(nodes),
    "-percentage",
    String(percentage),
    "-limit",
    LIMIT,
  ];
  return new Promise((resolve, reject) => {
    execFile(program, args, (error, stdout) => {
      if (error !== null) {
        reject(new InputError(`${program}: ${error.message.split("\n")[0] ?? ""}`));
        return;
      }
      const [row] = parseTable(stdout, program);
      const rate = row === undefined ? Number.NaN : Number(textOf(row, "pods_per_s"));
      if (Number.isFinite(rate)) resolve(rate);
      else reject(new InputError(`${program}: expected a CSV row with pods_per_s on standard output`));
    });
  });
}

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { packageRoot } from "./package-root.ts";

/** Where a figure was measured. */
export interface Machine {
  /** Version of Node.js. */
  readonly node: string;
  /** Commit of this package, "-dirty" with uncommitted changes; "unknown" outside its repository. */
  readonly commit: string;
  readonly cpu: string;
}

/** This machine and this code. */
export function thisMachine(): Machine {
  return { node: process.version, commit: commitOf(packageRoot()), cpu: cpus()[0]?.model.trim() ?? "unknown" };
}

/** Highest resident size of this process so far, in MiB. */
export function peakRssMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}

/** A full garbage collection, so that a sample does not pay for what was made before it. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const gc: unknown = runInNewContext("gc");
  if (typeof gc === "function") gc();
}

function commitOf(folder: string): string {
  if (!existsSync(join(folder, ".git"))) return "unknown";
  const args = ["-C", folder, "describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"];
  const { status, stdout } = spawnSync("git", args, { encoding: "utf8" });
  return status === 0 && stdout.trim() !== "" ? stdout.trim() : "unknown";
}

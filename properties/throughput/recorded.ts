import { readFileSync, readdirSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { digestPlacement, emptyPlacements, placementsHex } from "../../src/workload/placement-digest.ts";

/** What the real scheduler decided in one run over a workload; see golden/throughput/README.md. */
export interface RecordedRun {
  readonly pods: number;
  readonly digest: string;
  readonly unscheduled: number;
  readonly evaluated: number;
  readonly feasible: number;
  readonly checkpoints: readonly { readonly pods: number; readonly digest: string }[] | null;
  readonly first: readonly string[];
  /** Evicted pods, sorted within one preemption. */
  readonly victims?: { readonly count: number; readonly digest: string; readonly first: readonly string[] };
}

const FOLDER = "properties/conformance/golden/throughput";

/** Workload and size of each recorded file, sorted by name. */
export function recordedSizes(): readonly (readonly [workload: string, size: string])[] {
  const found: (readonly [string, string])[] = [];
  for (const name of readdirSync(FOLDER).sort()) {
    const [, workload, size] = /^(\w+)-(\d+)\.json\.gz$/.exec(name) ?? [];
    if (workload !== undefined && size !== undefined) found.push([workload, size]);
  }
  return found;
}

/** The recorded run of a workload, a size and a percentage ("default" adapts). */
export function recordedRun(workload: string, size: string, percentage: string): RecordedRun {
  const path = `${FOLDER}/${workload}-${size}.json.gz`;
  const { runs } = JSON.parse(gunzipSync(readFileSync(path)).toString("utf8")) as {
    readonly runs: { readonly [percentage: string]: RecordedRun };
  };
  const run = runs[percentage];
  if (run === undefined) throw new Error(`${path} has no run with percentage ${percentage}`);
  return run;
}

/** Digests of the first placements, in the form of the recorded checkpoints. */
export function digestsAt(nodes: readonly string[], counts: readonly number[]): readonly string[] {
  const digest = emptyPlacements();
  const found = new Map<number, string>([[0, placementsHex(digest)]]);
  for (const [index, node] of nodes.entries()) {
    digestPlacement(digest, node);
    if (counts.includes(index + 1)) found.set(index + 1, placementsHex(digest));
  }
  return counts.map((count) => found.get(count) ?? `only ${nodes.length} placements`);
}

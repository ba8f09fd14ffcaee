import { dirname, join } from "node:path";
import { InputError } from "../../base/input-error.ts";
import { type Catalogue, type Workload, findWorkload } from "../catalogue.ts";
import { type Parameters, type Tables, type WorkloadCluster, clusterOf, tablesOf } from "../cluster-of.ts";
import { parseCatalogue } from "../parse-catalogue.ts";
import { packageRoot } from "./package-root.ts";
import { readTable, readText } from "./read-table.ts";

/** The catalogue that comes with the package. */
export function cataloguePath(): string {
  return join(packageRoot(), "benchmarks", "workloads.json");
}

/** Reads and checks a catalogue of workloads. */
export function readCatalogue(path: string = cataloguePath()): Catalogue {
  const text = readText(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return parseCatalogue(value, path);
}

/** Which workload, and how large. */
export interface WorkloadChoice {
  readonly name: string;
  /** A size of the workload. */
  readonly size?: string | undefined;
  /** Without `size`: the size named so, else the largest below scaled up, else the smallest scaled down. Default 500. */
  readonly nodes?: number | undefined;
  readonly pods?: number | undefined;
  readonly catalogue?: string | undefined;
}

/** A workload of a chosen size, with a function that makes its objects anew at each call. */
export interface LoadedWorkload {
  readonly size: string;
  readonly make: () => WorkloadCluster;
}

/** Reads what the workload needs. */
export function loadWorkload(choice: WorkloadChoice): LoadedWorkload {
  const path = choice.catalogue ?? cataloguePath();
  const catalogue = readCatalogue(path);
  const workload = findWorkload(catalogue, choice.name);
  const [size, fixed] = sizeOf(workload, choice);
  const parameters = scaled(size, fixed, choice);
  const tables: { [path: string]: Tables[string] } = {};
  for (const csv of tablesOf(workload)) tables[csv] = readTable(join(dirname(path), csv));
  return { size, make: () => clusterOf(catalogue, workload, parameters, tables) };
}

/** Asked for nodes that no size is named after, all parameters but the measured pods grow or shrink in proportion. */
function scaled(size: string, fixed: Parameters, { nodes, pods }: WorkloadChoice): Parameters {
  const parameters: { [name: string]: number } = { ...fixed };
  const before = fixed["nodes"] ?? 0;
  if (nodes !== undefined && size !== String(nodes) && before > 0)
    for (const [name, value] of Object.entries(fixed)) parameters[name] = Math.floor((value * nodes) / before);
  const measured = pods ?? fixed["measuredPods"];
  if (measured !== undefined) parameters["measuredPods"] = measured;
  return parameters;
}

function sizeOf(workload: Workload, { size, nodes = 500 }: WorkloadChoice): readonly [string, Parameters] {
  const sizes = Object.entries(workload.sizes).sort(([, a], [, b]) => (a["nodes"] ?? 0) - (b["nodes"] ?? 0));
  const named = sizes.find(([name]) => name === (size ?? String(nodes)));
  const chosen = named ?? sizes.findLast(([, parameters]) => (parameters["nodes"] ?? 0) <= nodes) ?? sizes[0];
  if (chosen !== undefined && (size === undefined || named !== undefined)) return chosen;
  throw new InputError(`${workload.name} has no size ${size}; it has ${sizes.map(([name]) => name).join(", ")}`);
}

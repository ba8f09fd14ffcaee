import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { InputError } from "../base/input-error.ts";
import type { Manifest } from "../api/object.ts";
import { loadPlugins } from "../harness/campaign/load-plugins.ts";
import { checkManifests } from "../harness/execute/check-manifests.ts";
import { checkPlan } from "../harness/execute/check-plan.ts";
import { parsePlan } from "../harness/plan/parse.ts";
import type { Plan } from "../harness/plan/plan.ts";
import { parseManifests } from "../workload/manifests.ts";

/** Larger files are refused before they are read. */
const BYTES_MAX = 5 * 1024 * 1024;

/** What a user named: plans, and objects of a cluster. */
export interface Inputs {
  readonly plans: readonly { readonly file: string; readonly plan: Plan }[];
  readonly manifests: readonly Manifest[];
}

/** The text of a file; anything unreadable, huge or binary is one sentence. */
export function readText(path: string): string {
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > BYTES_MAX) throw new InputError(`${path} has ${size} bytes; expected at most ${BYTES_MAX}`);
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(
      code === "ENOENT"
        ? `${path} does not exist; expected a YAML file`
        : `${path} cannot be read (${code ?? "unknown error"}); expected a YAML file`,
    );
  }
  if (bytes.includes(0)) throw new InputError(`${path} is binary; expected a YAML file`);
  return bytes.toString("utf8");
}

/** A plan from a file; files that it names are read relative to it. */
export function readPlan(file: string): Plan {
  const text = readText(file);
  if (!isPlan(text)) throw new InputError(`${file} is no plan; expected apiVersion shakedown/v1 and kind Plan`);
  const parsed = parsePlan(text, file, (path) => readText(resolve(dirname(file), path)));
  const plugins = parsed.spec.plugins?.map((module) => resolve(dirname(file), module));
  if (plugins !== undefined) loadPlugins(plugins);
  const plan = plugins === undefined ? parsed : { ...parsed, spec: { ...parsed.spec, plugins } };
  checkPlan(plan, file);
  // What is left of a failure after shrinking may be refused by the API server; that is part of its history.
  if (plan.spec.violation === undefined)
    checkManifests(
      plan.spec.steps.flatMap((step) =>
        "step" in step && Array.isArray(step.params["manifests"]) ? (step.params["manifests"] as Manifest[]) : [],
      ),
      file,
    );
  return plan;
}

/** Plans and manifests from files and folders (every .yaml, .yml and .json in them). */
export function readInputs(paths: readonly string[]): Inputs {
  const plans: { file: string; plan: Plan }[] = [];
  const manifests: Manifest[] = [];
  for (const file of paths.flatMap(filesOf)) {
    const text = readText(file);
    if (isPlan(text)) {
      plans.push({ file, plan: readPlan(file) });
      continue;
    }
    const found = parseManifests(text, file);
    checkManifests(found, file);
    manifests.push(...found);
  }
  return { plans, manifests };
}

function isPlan(text: string): boolean {
  return /^apiVersion:\s*["']?shakedown\/v1/m.test(text) || /"apiVersion"\s*:\s*"shakedown\/v1"/.test(text);
}

function filesOf(path: string): string[] {
  let isFolder = false;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    return [path];
  }
  if (!isFolder) return [path];
  const files = readdirSync(path)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => join(path, name));
  if (files.length === 0) throw new InputError(`${path} holds no .yaml, .yml or .json file; expected at least one`);
  return files;
}

import type { z } from "zod";
import { InputError } from "../../base/input-error.ts";
import { cast } from "../../base/units.ts";
import { faultNames, faultNamed } from "../faults/index.ts";
import { stepNamed, stepNames } from "../steps/index.ts";
import { decode, fail, inFile } from "./decode.ts";
import type { Place } from "./decode.ts";
import { duration, show, word } from "./fields.ts";
import { parseManifests } from "./manifests.ts";
import type { Params, Plan, Step } from "./plan.ts";
import { parseSchedulerConfig } from "./scheduler-config.ts";
import { planHead } from "./schema.ts";
import { parseYaml } from "./yaml.ts";

/** Text of the file that a plan names, by the path as written; throws InputError when there is none. */
export type ReadFile = (path: string) => string;

type Path = readonly PropertyKey[];

/** The plan in a YAML or JSON text; any mistake is one sentence with file, line and path. */
export function parsePlan(text: string, fileName: string, read: ReadFile): Plan {
  const documents = parseYaml(text, fileName);
  const [document] = documents;
  if (document === undefined)
    throw new InputError(`${fileName}: expected a plan (apiVersion: shakedown/v1, kind: Plan), found nothing.`);
  if (documents.length > 1)
    throw new InputError(
      `${fileName}:${documents[1]?.line ?? 1}: expected one plan, found ${documents.length} documents.`,
    );
  return planOf(document.value, document.place, read);
}

/** A plan from plain data, e.g. decoded JSON; `name` says where it comes from. */
export function decodePlan(value: unknown, name: string): Plan {
  return planOf(value, inFile(name), (path) => {
    throw new InputError(`${name}: expected all manifests inside the plan, found the file ${path}.`);
  });
}

function planOf(value: unknown, place: Place, read: ReadFile): Plan {
  const { spec, ...head } = decode(planHead, withConfigs(value, place, read), place);
  const steps = spec.steps.map((step, i) => stepOf(step, ["spec", "steps", i], place, read));
  return { ...head, spec: { ...spec, steps } };
}

function stepOf(value: unknown, path: Path, place: Place, read: ReadFile): Step {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    fail(place, path, `expected a step such as {at: 60s, scale: {…}}, found ${show(value)}.`);
  const fields = new Map<string, unknown>(Object.entries(value));
  const at = decode(duration, fields.get("at") ?? 0, place, [...path, "at"]);
  fields.delete("at");
  if (fields.has("fault")) return faultOf(at, fields, path, place);
  const after = fields.has("after")
    ? { after: decode(word("previous"), fields.get("after"), place, [...path, "after"]) }
    : {};
  fields.delete("after");
  const [entry, second] = [...fields];
  if (entry === undefined)
    fail(place, path, `expected a command beside "at": one of ${stepNames().join(", ")}, fault.`);
  if (second !== undefined) fail(place, path, `expected one command in a step, found ${entry[0]} and ${second[0]}.`);
  const program = stepNamed(entry[0]);
  if (program === undefined)
    fail(place, [...path, entry[0]], `unknown command; expected one of ${stepNames().join(", ")}, fault.`);
  const raw = withManifests(entry[1], [...path, entry[0]], place, read);
  return { at, step: entry[0], params: decode(asParams(program.params), raw, place, [...path, entry[0]]), ...after };
}

function faultOf(at: number, fields: ReadonlyMap<string, unknown>, path: Path, place: Place): Step {
  for (const key of fields.keys())
    if (key !== "fault" && key !== "params" && key !== "for")
      fail(place, [...path, key], "unknown field; a fault has at, fault, for and params.");
  const name = fields.get("fault");
  const fault = typeof name === "string" ? faultNamed(name) : undefined;
  if (fault === undefined)
    fail(place, [...path, "fault"], `unknown fault ${show(name)}; expected one of ${faultNames().join(", ")}.`);
  const raw = fields.get("params") ?? {};
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    fail(place, [...path, "params"], `expected a map, found ${show(raw)}.`);
  const { for: inner, ...rest } = { for: undefined, ...raw };
  const length = fields.get("for") ?? inner;
  const where = fields.has("for") || inner === undefined ? [...path, "for"] : [...path, "params", "for"];
  const ms = length === undefined ? fault.minMs : decode(duration, length, place, where);
  return { at, fault: fault.name, for: ms, params: decode(asParams(fault.schema), rest, place, [...path, "params"]) };
}

/** Replaces the paths of schedulers' configurations by the configurations themselves. */
function withConfigs(value: unknown, place: Place, read: ReadFile): unknown {
  const path = ["spec", "cluster", "schedulers"];
  const schedulers = path.reduce((at: unknown, key) => (isMap(at) ? at[key] : undefined), value);
  if (!Array.isArray(schedulers) || !isMap(value) || !isMap(value["spec"])) return value;
  const { spec } = value;
  const named = schedulers.map((one: unknown, i) => {
    if (!isMap(one) || typeof one["config"] !== "string") return one;
    const file = one["config"];
    return { ...one, config: parseSchedulerConfig(readAt(file, [...path, i, "config"], place, read), file) };
  });
  return { ...value, spec: { ...spec, cluster: { ...cast<object>(spec["cluster"]), schedulers: named } } };
}

function isMap(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Replaces the paths of a command about manifests by the manifests themselves. */
function withManifests(raw: unknown, path: Path, place: Place, read: ReadFile): unknown {
  if (typeof raw === "string" && (path.at(-1) === "apply" || path.at(-1) === "create" || path.at(-1) === "delete"))
    return { manifests: parseManifests(readAt(raw, path, place, read), raw) };
  if (typeof raw !== "object" || raw === null || !("file" in raw)) return raw;
  const { file, ...rest } = raw;
  if (typeof file !== "string") fail(place, [...path, "file"], `expected a path, found ${show(file)}.`);
  return { ...rest, manifests: parseManifests(readAt(file, [...path, "file"], place, read), file) };
}

function readAt(file: string, path: Path, place: Place, read: ReadFile): string {
  if (file === "") fail(place, path, "expected the path of a file, found an empty text.");
  return read(file);
}

function asParams(schema: z.ZodType): z.ZodType<Params> {
  return schema as z.ZodType<Params>;
}

import { InputError } from "../../base/input-error.ts";
import { cast } from "../../base/units.ts";
import type { ConfigType } from "./config-types.ts";
import { argumentTypes, configurationType } from "./config-types.ts";
import { goDuration } from "./go-duration.ts";

type Fields = { readonly [field: string]: unknown };

/** Where in a document a value stands, in the two spellings that the decoder's complaints use. */
interface Spot {
  /** The struct that holds the field, "" at the top. */
  readonly struct: string;
  /** Fields on the way from the top, without indexes. */
  readonly goPath: string;
  /** The same with indexes. */
  readonly path: string;
}

const API_VERSION = "kubescheduler.config.k8s.io/v1";
const KIND = "KubeSchedulerConfiguration";
const TOP: Spot = { struct: "", goPath: "", path: "" };
const DEBUGGING: readonly string[] = ["enableProfiling", "enableContentionProfiling"];

/** A KubeSchedulerConfiguration in plain data, without nulls; refused where kube-scheduler's strict decoder refuses it. */
export function decodeConfig(value: unknown): Fields {
  if (!isObject(value)) throw new InputError(`${KIND}: expected an object with profiles, got ${JSON.stringify(value)}`);
  checkKind(value, KIND);
  const unknown: string[] = [];
  const config = cast<Fields>(decoded(value, configurationType, TOP, unknown));
  const profiles = cast<readonly Fields[]>(config["profiles"] ?? []).map((profile, i) => ({
    ...profile,
    ...(profile["pluginConfig"] !== undefined && {
      pluginConfig: cast<readonly Fields[]>(profile["pluginConfig"]).map((entry, j) =>
        decodedEntry(entry, `decoding .profiles[${i}].pluginConfig[${j}]: `, unknown),
      ),
    }),
  }));
  if (unknown.length > 0) throw new InputError(`strict decoding error: ${unknown.join(", ")}`);
  return { ...config, ...(config["profiles"] !== undefined && { profiles }) };
}

/** One entry of pluginConfig; the arguments of plugins that are not in-tree stay as they are. */
function decodedEntry(entry: Fields, where: string, unknown: string[]): Fields {
  const name = cast<string | undefined>(entry["name"]) ?? "";
  const type = argumentTypes[name];
  const { args } = entry;
  if (type === undefined || args === undefined) return entry;
  const place = `${where}decoding args for plugin ${name}: `;
  if (!isObject(args))
    throw new InputError(
      `${place}couldn't get version/kind; json parse error: json: cannot unmarshal ${kindOf(args)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  const { kind = `${name}Args`, apiVersion = API_VERSION } = args;
  const known = Object.keys(argumentTypes).map((plugin) => `${plugin}Args`);
  if (apiVersion !== API_VERSION || !known.includes(String(kind)))
    throw new InputError(
      `${place}no kind "${String(kind)}" is registered for version "${String(apiVersion)}" in scheme "pkg/runtime/scheme.go:111"`,
    );
  if (kind !== `${name}Args`)
    throw new InputError(
      `${where}args for plugin ${name} were not of type ${name}Args.kubescheduler.config.k8s.io, got ${String(kind)}.kubescheduler.config.k8s.io`,
    );
  const own: string[] = [];
  let result: unknown;
  try {
    result = decoded(args, type, TOP, own);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${place}${error.message}`);
    throw error;
  }
  if (own.length > 0)
    unknown.push(
      `${where}strict decoding error: decoding args for plugin ${name}: strict decoding error: ${own.join(", ")}`,
    );
  return { ...entry, args: result };
}

function checkKind(value: Fields, wanted: string): void {
  const { apiVersion = API_VERSION, kind = wanted } = value;
  if (apiVersion !== API_VERSION || kind !== wanted)
    throw new InputError(
      `no kind "${String(kind)}" is registered for version "${String(apiVersion)}"; expected ${wanted} of ${API_VERSION}`,
    );
}

/** The value in its type, nulls left out; the first wrong type ends it, unknown fields are collected. */
function decoded(value: unknown, type: ConfigType, spot: Spot, unknown: string[]): unknown {
  switch (type.kind) {
    case "any":
      return value;
    case "string":
      return typeof value === "string" ? value : mismatch(value, type, spot);
    case "bool":
      return typeof value === "boolean" ? value : mismatch(value, type, spot);
    case "float":
      return typeof value === "number" ? value : mismatch(value, type, spot);
    case "int": {
      if (typeof value !== "number") return mismatch(value, type, spot);
      const fits = type.bits === 32 ? value >= -(2 ** 31) && value < 2 ** 31 : Number.isSafeInteger(value);
      return Number.isInteger(value) && fits ? value : mismatch(value, type, spot, `number ${value}`);
    }
    case "duration":
      if (typeof value !== "string") return mismatch(value, type, spot);
      if (goDuration(value) === undefined) throw new InputError(`time: invalid duration "${value}"`);
      return value;
    case "list":
      if (!Array.isArray(value)) return mismatch(value, type, spot);
      return cast<readonly unknown[]>(value).map((item, i) =>
        item === null ? zero(type.of) : decoded(item, type.of, { ...spot, path: `${spot.path}[${i}]` }, unknown),
      );
    case "map":
      if (!isObject(value)) return mismatch(value, type, spot);
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, decoded(item, type.of, spot, unknown)]),
      );
    case "struct":
      return isObject(value) ? decodedStruct(value, type, spot, unknown) : mismatch(value, type, spot);
  }
}

function decodedStruct(
  value: Fields,
  { go, fields }: ConfigType & { readonly kind: "struct" },
  { goPath, path }: Spot,
  unknown: string[],
): Fields {
  const result: { [field: string]: unknown } = {};
  for (const [name, item] of Object.entries(value)) {
    const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const here = path === "" ? name : `${path}.${name}`;
    if (type === undefined) unknown.push(`unknown field "${here}"`);
    else if (item !== null) {
      const goName = DEBUGGING.includes(name) ? `DebuggingConfiguration.${name}` : name;
      const spot = {
        struct: go.slice(go.indexOf(".") + 1),
        goPath: goPath === "" ? goName : `${goPath}.${goName}`,
        path: here,
      };
      result[name] = decoded(item, type, spot, unknown);
    }
  }
  return result;
}

function zero(type: ConfigType): unknown {
  return type.kind === "struct" ? {} : type.kind === "string" ? "" : 0;
}

function mismatch(value: unknown, type: ConfigType, { struct, goPath }: Spot, found: string = kindOf(value)): never {
  throw new InputError(`json: cannot unmarshal ${found} into Go struct field ${struct}.${goPath} of type ${type.go}`);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

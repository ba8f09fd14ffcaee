import { present } from "../base/assert.ts";
import { schemaText } from "./types/schema-text.ts";

/** A wire type. `go` is how Go prints it in decode errors. */
export interface TypeNode {
  readonly kind:
    | "struct"
    | "list"
    | "map"
    | "string"
    | "bool"
    | "int"
    | "float"
    | "quantity"
    | "intOrString"
    | "time"
    | "microTime"
    | "duration"
    | "bytes"
    | "any";
  readonly go: string;
  readonly pointer: boolean;
  /** Name of a struct ("core/v1.PodSpec"), for `structFields`. */
  readonly struct?: string;
  /** Element of a list, value of a map. */
  readonly item?: TypeNode;
}

/** A field of a struct as the wire has it. */
export interface Field {
  readonly name: string;
  readonly type: TypeNode;
  readonly omitEmpty: boolean;
  readonly omitZero: boolean;
  /** Strategic merge: list items merge by this key. */
  readonly mergeKey?: string;
  readonly patchMerge: boolean;
  readonly retainKeys: boolean;
  readonly patchReplace: boolean;
  /** Server-side apply: "map", "set", "atomic" or "granular". */
  readonly listType?: string;
  readonly listKeys?: readonly string[];
  /** What an absent key of a list item counts as. */
  readonly fallback?: string;
}

export type Fields = ReadonlyMap<string, Field>;

let lines: Map<string, string> | undefined;
const atomic = new Set<string>();
const parsed = new Map<string, Fields>();
const roots = new Map<string, TypeNode>();

/** Fields of a struct by JSON name; undefined for a type that the tables do not hold. */
export function structFields(name: string): Fields | undefined {
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const text = tables().get(name);
  if (text === undefined) return undefined;
  const fields = new Map<string, Field>();
  for (const line of text.split("\n")) if (line !== "") fields.set(line.slice(0, line.indexOf(" ")), parseField(line));
  parsed.set(name, fields);
  return fields;
}

/** Whether values of a struct are owned as a whole, like meta/v1.LabelSelector. */
export function structIsAtomic(name: string): boolean {
  tables();
  return atomic.has(name);
}

/** The type of a whole object: rootType("apps/v1.Deployment"). */
export function rootType(struct: string): TypeNode {
  let type = roots.get(struct);
  if (type === undefined) roots.set(struct, (type = parseType(struct)));
  return type;
}

function tables(): Map<string, string> {
  if (lines !== undefined) return lines;
  lines = new Map();
  for (const block of schemaText.split(/\n(?! )/)) {
    const end = block.indexOf("\n");
    const [name = "", flag] = (end < 0 ? block : block.slice(0, end)).split(" ");
    if (flag === "atomic") atomic.add(name);
    lines.set(name, end < 0 ? "" : block.slice(end + 1).replaceAll(/^ /gm, ""));
  }
  return lines;
}

function parseField(line: string): Field {
  const [name = "", type = "", ...rest] = line.split(" ");
  const flags = rest.find((part) => !part.includes("=")) ?? "";
  const option = (key: string): string | undefined =>
    rest.find((part) => part.startsWith(`${key}=`))?.slice(key.length + 1);
  const patch = (option("patch") ?? "").split(",");
  const mergeKey = option("key");
  const listType = option("list");
  const listKeys = option("keys")?.split(",");
  const fallback = option("default");
  return {
    name,
    type: parseType(type),
    omitEmpty: flags.includes("o"),
    omitZero: flags.includes("z"),
    patchMerge: patch.includes("merge"),
    retainKeys: patch.includes("retainKeys"),
    patchReplace: patch.includes("replace"),
    ...(mergeKey !== undefined && { mergeKey }),
    ...(listType !== undefined && { listType }),
    ...(listKeys !== undefined && { listKeys }),
    ...(fallback !== undefined && { fallback }),
  };
}

const SCALARS: { readonly [text: string]: TypeNode["kind"] } = {
  string: "string",
  bool: "bool",
  int: "int",
  int32: "int",
  int64: "int",
  uint32: "int",
  float64: "float",
  Quantity: "quantity",
  IntOrString: "intOrString",
  Time: "time",
  MicroTime: "microTime",
  Duration: "duration",
  bytes: "bytes",
  Any: "any",
};

/** Go's name of the type of amounts by resource. */
export const RESOURCE_LIST = "v1.ResourceList";

function parseType(text: string): TypeNode {
  if (text.startsWith("*")) return { ...parseType(text.slice(1)), pointer: true };
  if (text.startsWith("[]")) {
    const item = parseType(text.slice(2));
    return { kind: "list", item, go: `[]${item.pointer ? "*" : ""}${item.go}`, pointer: false };
  }
  if (text.startsWith("map[")) {
    const close = text.indexOf("]");
    const item = parseType(text.slice(close + 1));
    const key = text.slice(4, close) || "string";
    const go = key === "v1.ResourceName" ? RESOURCE_LIST : `map[${key}]${item.go}`;
    return { kind: "map", item, go, pointer: false };
  }
  const [base = "", alias] = text.split(":");
  const scalar = SCALARS[base];
  if (scalar !== undefined) return { kind: scalar, go: goName(alias ?? base), pointer: false };
  return { kind: "struct", struct: base, go: goName(base), pointer: false };
}

/** "core/v1.PodSpec" as Go prints it: "v1.PodSpec". */
function goName(name: string): string {
  if (name === "bytes") return "[]uint8";
  return present(name.split("/").at(-1), "name of a type");
}

import { parseTimestamp } from "../base/time.ts";
import { canonicalQuantity } from "./canonical-quantity.ts";
import { quantityMilli } from "./quantity.ts";
import { RESOURCE_LIST, rootType, structFields } from "./schema.ts";
import type { Field, Fields, TypeNode } from "./schema.ts";

/** Result of decoding untyped data as a wire type. */
export interface Decoded {
  /** Canonical form: unknown fields, nulls and empty optional fields are gone, quantities normalised. */
  readonly value: { readonly [field: string]: unknown };
  /** Why it cannot be decoded, in the words of upstream's JSON decoder. */
  readonly error?: string;
  /** Paths of unknown fields, in order of appearance: "spec.containers[0].foo". */
  readonly unknown: readonly string[];
}

/** Fields whose emptiness says something until the object was checked, by struct: paths without indices. */
const KEPT_EMPTY: { readonly [struct: string]: ReadonlySet<string> } = {
  "core/v1.Pod": new Set(["spec.overhead"]),
  "core/v1.ReplicationController": new Set(["spec.template.metadata.labels"]),
  "apps/v1.Deployment": new Set(["spec.template.metadata.labels"]),
  "apps/v1.ReplicaSet": new Set(["spec.template.metadata.labels"]),
  "apps/v1.StatefulSet": new Set(["spec.template.metadata.labels"]),
  "apps/v1.DaemonSet": new Set(["spec.template.metadata.labels"]),
  "autoscaling/v2.HorizontalPodAutoscaler": new Set([
    "spec.behavior.scaleUp.policies",
    "spec.behavior.scaleDown.policies",
  ]),
};
const NONE_KEPT: ReadonlySet<string> = new Set();

interface Run {
  readonly kept: ReadonlySet<string>;
  error: string | undefined;
  /** Errors of custom decoders (quantities, times) end the decoding and win over wrong types. */
  fatal: string | undefined;
  readonly unknown: string[];
}

interface Place {
  /** JSON names joined by dots, without indices. */
  readonly path: string;
  /** The same with indices and keys, for unknown fields. */
  readonly place: string;
  readonly struct: string;
}

export const QUANTITY_ERROR =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/** Decodes `value` as the struct ("apps/v1.Deployment") does upstream, tolerant of unknown fields. */
export function decode(struct: string, value: unknown): Decoded {
  const run: Run = { error: undefined, fatal: undefined, unknown: [], kept: KEPT_EMPTY[struct] ?? NONE_KEPT };
  const result = decodeValue(run, rootType(struct), value, { path: "", place: "", struct: "" });
  const error = run.fatal ?? run.error;
  const object = (typeof result === "object" && result !== null ? result : {}) as Decoded["value"];
  return { value: object, unknown: run.unknown, ...(error !== undefined && { error }) };
}

function decodeValue(run: Run, type: TypeNode, value: unknown, at: Place): unknown {
  switch (type.kind) {
    case "struct":
      return decodeStruct(run, type, value, at);
    case "list":
      return decodeList(run, type, value, at);
    case "map":
      return decodeMap(run, type, value, at);
    case "string":
      return typeof value === "string" ? value : wrong(run, type, value, at, "");
    case "bool":
      return typeof value === "boolean" ? value : wrong(run, type, value, at, false);
    case "int":
      return decodeInt(run, type, value, at);
    case "float":
      return typeof value === "number" ? value : wrong(run, type, value, at, 0);
    case "bytes":
      return decodeBytes(run, type, value, at);
    case "any":
      return value;
    default:
      return decodeCustom(run, type, value, at);
  }
}

function decodeStruct(run: Run, type: TypeNode, value: unknown, at: Place): unknown {
  const fields = structFields(type.struct ?? "");
  if (fields === undefined) return value;
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject && value !== null && value !== undefined) wrong(run, type, value, at, undefined);
  const source = (isObject ? value : {}) as { readonly [key: string]: unknown };
  const result: { [key: string]: unknown } = {};
  const struct = type.go.slice(type.go.indexOf(".") + 1);
  for (const key of Object.keys(source)) {
    const field = fields.get(key);
    const raw = source[key];
    if (field?.type.kind === "string" && typeof raw === "string" && raw !== "") {
      result[key] = raw;
      continue;
    }
    const place = at.place === "" ? key : `${at.place}.${key}`;
    if (field === undefined) {
      run.unknown.push(place);
      continue;
    }
    const inner = { path: at.path === "" ? key : `${at.path}.${key}`, place, struct };
    const decoded = decodeField(run, field, raw, inner);
    if (decoded !== undefined) result[key] = decoded;
  }
  for (const field of shownZeros(fields)) if (result[field.name] === undefined) result[field.name] = zeroOf(field);
  return result;
}

const zeros = new Map<Fields, readonly Field[]>();

/** Fields that Go prints though nothing was said of them: few of each struct. */
function shownZeros(fields: Fields): readonly Field[] {
  let shown = zeros.get(fields);
  if (shown === undefined) {
    shown = [...fields.values()].filter(showsZero);
    zeros.set(fields, shown);
  }
  return shown;
}

/** The value of a present field, or undefined when Go would leave it out again. */
function decodeField(run: Run, field: Field, value: unknown, at: Place): unknown {
  if (value === null || value === undefined) return undefined;
  const decoded = decodeValue(run, field.type, value, at);
  if (field.type.pointer) return decoded;
  if (field.omitZero && isEmptyStruct(decoded)) return undefined;
  if (
    (field.omitEmpty || field.type.kind === "list" || field.type.kind === "map") &&
    isEmpty(field.type, decoded) &&
    !run.kept.has(at.path)
  )
    return undefined;
  return decoded;
}

/** Kinds that are structs in Go, which `omitempty` does not leave out. */
const NEVER_EMPTY: ReadonlySet<TypeNode["kind"]> = new Set(["struct", "time", "microTime", "quantity"]);

/** Go prints the zero value of a field that may not be left out. */
function showsZero({ omitZero, omitEmpty, type }: Field): boolean {
  if (omitZero || type.kind === "any") return false;
  return !omitEmpty || (!type.pointer && NEVER_EMPTY.has(type.kind));
}

function zeroOf({ type }: Field): unknown {
  if (type.pointer) return null;
  return type.kind === "struct" ? decode(type.struct ?? "", {}).value : zero(type.kind);
}

function zero(kind: TypeNode["kind"]): unknown {
  if (kind === "string") return "";
  if (kind === "bool") return false;
  if (kind === "int" || kind === "float" || kind === "intOrString") return 0;
  return kind === "quantity" ? "0" : null;
}

function isEmpty(type: TypeNode, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (type.kind === "list") return Array.isArray(value) && value.length === 0;
  if (type.kind === "map") return isEmptyStruct(value);
  if (type.kind === "bytes") return value === "";
  return (
    (type.kind === "string" || type.kind === "int" || type.kind === "bool") &&
    (value === "" || value === 0 || value === false)
  );
}

function isEmptyStruct(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

function decodeList(run: Run, type: TypeNode, value: unknown, at: Place): unknown {
  if (!Array.isArray(value)) return wrong(run, type, value, at, undefined);
  const item = type.item;
  if (item === undefined) return value;
  const values: readonly unknown[] = value;
  return values.map((entry, i) => orZero(decodeItem(run, item, entry, { ...at, place: `${at.place}[${i}]` }), item));
}

function decodeMap(run: Run, type: TypeNode, value: unknown, at: Place): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return wrong(run, type, value, at, undefined);
  const item = type.item;
  if (item === undefined) return value;
  const rounds = type.go === RESOURCE_LIST;
  const result: { [key: string]: unknown } = {};
  for (const [key, entry] of Object.entries(value)) {
    const inner = { path: `${at.path}.${key}`, place: `${at.place}.${key}`, struct: at.struct };
    const decoded = orZero(
      decodeItem(run, item, entry, item.kind === "struct" ? inner : { ...inner, path: at.path }),
      item,
    );
    result[key] = rounds && typeof decoded === "string" ? roundedToMilli(decoded) : decoded;
  }
  return result;
}

const MICRO_OR_LESS = /[un]$/;

/** Amounts of resources are rounded up to thousandths: "500u" becomes "1m". */
function roundedToMilli(text: string): string {
  return MICRO_OR_LESS.test(text) ? (canonicalQuantity(`${quantityMilli(text)}m`) ?? text) : text;
}

function decodeItem(run: Run, item: TypeNode, entry: unknown, at: Place): unknown {
  return entry === null && item.kind !== "struct" ? undefined : decodeValue(run, item, entry, at);
}

function orZero(value: unknown, type: TypeNode): unknown {
  return value === undefined ? zero(type.kind) : value;
}

function decodeInt(run: Run, type: TypeNode, value: unknown, at: Place): unknown {
  if (typeof value !== "number") return wrong(run, type, value, at, 0);
  const limit = type.go.endsWith("32") ? 2 ** 31 : 2 ** 63;
  if (!Number.isInteger(value) || value >= limit || value < -limit) {
    run.error ??= unmarshal(`number ${printNumber(value)}`, type, at);
    return 0;
  }
  return value;
}

function printNumber(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value);
}

function decodeBytes(run: Run, type: TypeNode, value: unknown, at: Place): unknown {
  if (typeof value !== "string") return wrong(run, type, value, at, undefined);
  const text = value.replaceAll(/[\r\n]/g, "");
  const bad = /[^A-Za-z0-9+/=]/.exec(text);
  const padded = text.replace(/=+$/, "");
  const padding = text.length - padded.length;
  if (bad !== null) run.error ??= `illegal base64 data at input byte ${bad.index}`;
  else if (text.length % 4 !== 0 || padding > 2)
    run.error ??= `illegal base64 data at input byte ${illegalByte(text, padded)}`;
  else if (padded.includes("=")) run.error ??= `illegal base64 data at input byte ${padded.indexOf("=")}`;
  return value;
}

function illegalByte(text: string, padded: string): number {
  return padded.length === text.length ? text.length - (text.length % 4) : text.length;
}

/** Half of the numbers that an int32 has, counted from -0.5. */
const INT32_SPAN = 2 ** 31 - 0.5;

/** Types with a decoder of their own: they take any JSON value and complain in their own words. */
function decodeCustom(run: Run, type: TypeNode, value: unknown, at: Place): unknown {
  const isText = typeof value === "string";
  if (type.kind === "quantity") {
    if (!isText && typeof value !== "number") run.fatal ??= QUANTITY_ERROR;
    const canonical = isText || typeof value === "number" ? canonicalQuantity(value) : undefined;
    if (canonical === undefined) run.fatal ??= QUANTITY_ERROR;
    return canonical ?? "0";
  }
  if (type.kind === "intOrString") {
    if (isText || (typeof value === "number" && Number.isInteger(value) && Math.abs(value + 0.5) <= INT32_SPAN))
      return value;
    const what = typeof value === "number" ? `number ${printNumber(value)}` : jsonName(value);
    run.fatal ??= `json: cannot unmarshal ${what} into Go struct field ${at.struct}.${at.path} of type int32`;
    return 0;
  }
  if (!isText) {
    run.fatal ??= `json: cannot unmarshal ${jsonName(value)} into Go value of type string`;
    return undefined;
  }
  if (type.kind === "duration") return value;
  if (Number.isNaN(parseTimestamp(value))) {
    const layout = type.kind === "time" ? "2006-01-02T15:04:05Z07:00" : "2006-01-02T15:04:05.000000Z07:00";
    run.fatal ??= `parsing time ${JSON.stringify(value)} as "${layout}": cannot parse ${JSON.stringify(value)} as "2006"`;
  }
  return value;
}

function wrong(run: Run, type: TypeNode, value: unknown, at: Place, instead: unknown): unknown {
  if (value === null || value === undefined) return instead;
  run.error ??= unmarshal(jsonName(value), type, at);
  return instead;
}

function unmarshal(what: string, type: TypeNode, at: Place): string {
  if (at.struct === "") return `json: cannot unmarshal ${what} into Go value of type ${type.go}`;
  return `json: cannot unmarshal ${what} into Go struct field ${at.struct}.${at.path} of type ${type.go}`;
}

function jsonName(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  return typeof value === "object" ? "object" : typeof value;
}

import { cast } from "../../base/units.ts";
import { compareText } from "../../base/order.ts";
import type { PodTemplateSpec } from "../../api/types/core-v1.ts";
import { goStructs } from "./go-types.ts";
import type { GoField } from "./go-types.ts";
import { printedNoQuantity, printedQuantity } from "./printed-quantity.ts";

type Fields = { readonly [key: string]: unknown };
const NO_FIELDS: Fields = {};
const ZERO_TIME = "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}";

/** The text that upstream hashes: the template's Go value with types, fields in declaration order (spew's "%#v"). */
export function printedTemplate(template: PodTemplateSpec): string {
  return `(v1.PodTemplateSpec)${printedStruct("v1.PodTemplateSpec", cast<Fields>(template))}`;
}

/** A value without its type in front; `value` is its JSON form, undefined when left out. */
function printedValue(type: string, value: unknown): string {
  if (type.startsWith("*")) return value === undefined || value === null ? "<nil>" : printedValue(type.slice(1), value);
  if (type.startsWith("[]")) return printedSlice(type.slice(2), cast<readonly unknown[] | undefined>(value));
  if (type === "v1.ResourceList") return printedMap("resource.Quantity", cast<Fields | undefined>(value));
  if (type.startsWith("map[")) return printedMap(type.slice(type.indexOf("]") + 1), cast<Fields | undefined>(value));
  switch (type) {
    case "v1.Time":
      return ZERO_TIME;
    case "resource.Quantity":
      return value === undefined ? printedNoQuantity : printedQuantity(cast<string | number>(value));
    case "intstr.IntOrString":
      return typeof value === "string"
        ? `{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string)${value}}`
        : `{Type:(intstr.Type)0 IntVal:(int32)${String(value ?? 0)} StrVal:(string)}`;
    case "bool":
      return value === true ? "true" : "false";
    case "int32":
    case "int64":
      return String(value ?? 0);
    default:
      return goStructs.has(type) ? printedStruct(type, cast<Fields>(value ?? NO_FIELDS)) : cast<string>(value ?? "");
  }
}

function printedStruct(type: string, value: Fields): string {
  const printed: string[] = [];
  for (const field of goStructs.get(type) ?? []) printed.push(printedField(field, value));
  return `{${printed.join(" ")}}`;
}

function printedField(field: GoField, parent: Fields): string {
  const value = field.json === "*" ? parent : parent[field.json];
  return `${field.name}:(${field.type})${printedValue(field.type, value)}`;
}

function printedSlice(type: string, items: readonly unknown[] | undefined): string {
  if (items === undefined || items === null || items.length === 0) return "<nil>";
  return `[${items.map((item) => printedValue(type, item)).join(" ")}]`;
}

function printedMap(type: string, entries: Fields | undefined): string {
  const keys = entries === undefined || entries === null ? [] : Object.keys(entries).sort(compareText);
  if (entries === undefined || keys.length === 0) return "<nil>";
  return `map[${keys.map((key) => `${key}:${printedValue(type, entries[key])}`).join(" ")}]`;
}

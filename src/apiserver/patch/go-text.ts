import { compareText } from "../../base/order.ts";
import { isObject } from "./merge.ts";

/** A JSON value as Go's %v prints it: map[a:1 b:[x y]]. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (!isObject(value)) return typeof value === "string" ? value : JSON.stringify(value);
  const keys = Object.keys(value).sort(compareText);
  return `map[${keys.map((key) => `${key}:${goText(value[key])}`).join(" ")}]`;
}

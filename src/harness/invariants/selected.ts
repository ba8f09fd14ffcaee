import { cast } from "../../base/units.ts";
import { parseFieldQuery } from "../../api/field-query.ts";
import { labelQueryMatches, parseLabelQuery } from "../../api/label-query.ts";
import type { ApiObject } from "../../api/object.ts";

/** Selectors of a client's list and watch. */
export interface Selectors {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** Whether an object is in a selection, by reading the fields at their paths: the judge's own view, not the server's table. */
export function isSelected({ labelSelector, fieldSelector }: Selectors, object: ApiObject | undefined): boolean {
  if (object === undefined) return false;
  if (fieldSelector !== undefined) {
    const query = parseFieldQuery(fieldSelector);
    if ("error" in query) return false;
    for (const { field, negated, value } of query) if ((textAt(object, field) === value) === negated) return false;
  }
  if (labelSelector === undefined) return true;
  const query = parseLabelQuery(labelSelector);
  return !("error" in query) && labelQueryMatches(query, object.metadata.labels);
}

function textAt(object: unknown, path: string): string {
  let value = object;
  for (const part of path.split("."))
    value =
      typeof value === "object" && value !== null
        ? cast<{ readonly [field: string]: unknown }>(value)[part]
        : undefined;
  return typeof value === "string" ? value : "";
}

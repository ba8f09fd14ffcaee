import { cast } from "../../base/units.ts";
import { parseFieldQuery } from "../../api/field-query.ts";
import { labelQueryMatches, parseLabelQuery } from "../../api/label-query.ts";
import type { ApiObject } from "../../api/object.ts";

/** Selectors of a client's list and watch. */
export interface Selectors {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** A requirement on a field, with the path to it. */
interface FieldTest {
  readonly path: readonly string[];
  readonly negated: boolean;
  readonly value: string;
}

/** Parsed selections by their text; "none" cannot be parsed and takes nothing. */
const fieldTests = new Map<string, readonly FieldTest[] | "none">();
const MOST = 10_000;

/** Whether an object is in a selection, by reading the fields at their paths: the judge's own view, not the server's table. */
export function isSelected({ labelSelector, fieldSelector }: Selectors, object: ApiObject | undefined): boolean {
  if (object === undefined) return false;
  if (fieldSelector !== undefined) {
    const tests = testsOf(fieldSelector);
    if (tests === "none") return false;
    for (const { path, negated, value } of tests) if ((textAt(object, path) === value) === negated) return false;
  }
  if (labelSelector === undefined) return true;
  const query = parseLabelQuery(labelSelector);
  return !("error" in query) && labelQueryMatches(query, object.metadata.labels);
}

function testsOf(fieldSelector: string): readonly FieldTest[] | "none" {
  let tests = fieldTests.get(fieldSelector);
  if (tests === undefined) {
    const query = parseFieldQuery(fieldSelector);
    tests = "error" in query ? "none" : query.map(({ field, ...test }) => ({ ...test, path: field.split(".") }));
    if (fieldTests.size < MOST) fieldTests.set(fieldSelector, tests);
  }
  return tests;
}

function textAt(object: unknown, path: readonly string[]): string {
  let value = object;
  for (const part of path)
    value =
      typeof value === "object" && value !== null
        ? cast<{ readonly [field: string]: unknown }>(value)[part]
        : undefined;
  return typeof value === "string" ? value : "";
}

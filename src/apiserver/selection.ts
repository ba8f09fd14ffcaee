import type { ApiObject } from "../api/object.ts";
import type { RequestOptions } from "../api/request.ts";
import { parseFieldQuery } from "../api/field-query.ts";
import type { FieldQuery } from "../api/field-query.ts";
import { labelQueryMatches, parseLabelQuery } from "../api/label-query.ts";
import type { LabelQuery } from "../api/label-query.ts";
import { badRequest, kindText } from "./failure.ts";
import type { Failure } from "./failure.ts";
import type { Kind } from "./kind.ts";

/** Parsed selectors of a list or watch: plain data. Empty queries take everything. */
export interface Selection {
  readonly labels: LabelQuery;
  readonly fields: FieldQuery;
}

export const EVERYTHING: Selection = { labels: [], fields: [] };

/** Parses the selectors of a request; refuses fields that the kind does not offer. */
export function parseSelection(
  kind: Kind,
  options: Pick<RequestOptions, "labelSelector" | "fieldSelector"> | undefined,
): Selection | Failure {
  const labelText = options?.labelSelector ?? "";
  const fieldText = options?.fieldSelector ?? "";
  if (labelText === "" && fieldText === "") return EVERYTHING;
  const labels = parseLabelQuery(labelText);
  if ("error" in labels) return badRequest(labels.error);
  const fields = parseFieldQuery(fieldText);
  if ("error" in fields) return badRequest(fields.error);
  for (const { field } of fields) {
    const problem = fieldProblem(kind, field);
    if (problem !== undefined) return badRequest(problem);
  }
  return { labels, fields };
}

function fieldProblem(kind: Kind, field: string): string | undefined {
  if (field === "metadata.name") return undefined;
  if (field === "metadata.namespace" && (kind.namespaced || kind.fieldStyle === undefined)) return undefined;
  if (kind.fields?.[field] !== undefined) return undefined;
  if (kind.fieldStyle === "own-list") return `field label not supported: ${field}`;
  if (kind.fieldStyle === "supported-for-kind")
    return `field label "${field}" not supported for ${kindText(kind).split(".")[0]}`;
  return `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

/** Whether an object is in the selection. */
export function selected(kind: Kind, selection: Selection, object: ApiObject): boolean {
  for (const { field, negated, value } of selection.fields)
    if ((fieldValue(kind, field, object) === value) === negated) return false;
  return selection.labels.length === 0 || labelQueryMatches(selection.labels, object.metadata.labels);
}

/** What a field selector compares; "" for a field that is not set. */
export function fieldValue(kind: Kind, field: string, object: ApiObject): string {
  if (field === "metadata.name") return object.metadata.name;
  if (field === "metadata.namespace") return object.metadata.namespace ?? "";
  return kind.fields?.[field]?.(object) ?? "";
}

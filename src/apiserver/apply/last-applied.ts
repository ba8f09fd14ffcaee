import { compareText } from "../../base/order.ts";
import type { ApiObject } from "../../api/object.ts";
import { isObject } from "../patch/merge.ts";
import { compareObjects } from "./compare.ts";
import { difference } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import { ownedFields } from "./owned-fields.ts";
import type { Shape } from "./shape.ts";

const ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

/** Whether kubectl applied the object from the client's side. */
export function hasLastApplied(object: ApiObject): boolean {
  return (object.metadata.annotations?.[ANNOTATION] ?? "") !== "";
}

/** The fields that kubectl applied from the client's side and that still are as it left them. */
export function ownedByLastApplied(shape: Shape, live: ApiObject): FieldSet | undefined {
  const last = parsed(live.metadata.annotations?.[ANNOTATION] ?? "");
  if (last === undefined || last["apiVersion"] !== live.apiVersion) return undefined;
  const { added, modified, removed } = compareObjects(shape, last, live);
  return difference(difference(difference(ownedFields(shape, last), modified), added), removed);
}

/** The object with the annotation that client-side apply would have left. */
export function withLastApplied(object: ApiObject, applied: { readonly [field: string]: unknown }): ApiObject {
  const text = `${sortedJson(withoutAnnotation(applied))}\n`;
  const annotations = { ...object.metadata.annotations, [ANNOTATION]: text };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function withoutAnnotation(applied: { readonly [field: string]: unknown }): unknown {
  const { metadata } = applied;
  if (!isObject(metadata) || !isObject(metadata["annotations"])) return applied;
  const { [ANNOTATION]: _, ...annotations } = metadata["annotations"];
  return { ...applied, metadata: { ...metadata, annotations } };
}

/** JSON with sorted keys, as Go writes maps. */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort(compareText);
  return `{${fields.map((key) => `${JSON.stringify(key)}:${sortedJson(value[key])}`).join(",")}}`;
}

function parsed(text: string): { readonly [field: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

import { cast } from "../base/units.ts";
import { deepEqual } from "../api/equal.ts";
import type { ApiObject } from "../api/object.ts";
import type { Kind } from "./kind.ts";

/** The object with its generation raised when the rule of its kind says so. */
export function nextGeneration(kind: Kind, object: ApiObject, stored: ApiObject): ApiObject {
  if (kind.generation === undefined || kind.generation === "never" || !changed(kind, object, stored)) return object;
  const generation = (stored.metadata.generation ?? 0) + 1;
  return { ...object, metadata: { ...object.metadata, generation } };
}

function changed(kind: Kind, object: ApiObject, stored: ApiObject): boolean {
  if (kind.generation === "content-and-labels") {
    const { metadata: meta, ...content } = object;
    const { metadata: oldMeta, ...oldContent } = stored;
    return !deepEqual(meta.labels, oldMeta.labels) || !deepEqual(content, oldContent);
  }
  const { spec } = cast<{ readonly spec?: unknown }>(object);
  const old = cast<{ readonly spec?: unknown }>(stored).spec;
  if (!deepEqual(spec, old)) return true;
  return (
    kind.generation === "spec-and-annotations" && !deepEqual(object.metadata.annotations, stored.metadata.annotations)
  );
}

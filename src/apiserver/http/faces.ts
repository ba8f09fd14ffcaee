import { cast } from "../../base/units.ts";
import { parseFieldQuery } from "../../api/field-query.ts";
import type { ApiObject, Resource } from "../../api/object.ts";
import { badRequest } from "../failure.ts";
import type { Failure } from "../failure.ts";
import { eventAsStored, eventAsV1 } from "./event-face.ts";
import { autoscalerAsStored, autoscalerAsV1 } from "./autoscaler-face.ts";

type Json = { readonly [field: string]: unknown };

/** Another group or version in which a stored kind is served too. */
export interface Face {
  readonly group: string;
  readonly version: string;
  /** The resource under which objects are stored. */
  readonly resource: Resource;
  /** The object as this face shows it; the given one is as stored. */
  readonly shown: (object: Json) => Json;
  /** An object of this face as it is stored. */
  readonly stored: (object: Json) => Json;
  /** Names of field labels in this face, and of the stored kind's. */
  readonly labels: { readonly [label: string]: string };
}

const EVENT_LABELS = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"];

const FACES: { readonly [resource: string]: Face } = {
  "events.events.k8s.io/v1": {
    group: "events.k8s.io",
    version: "v1",
    resource: "events",
    shown: eventAsV1,
    stored: eventAsStored,
    labels: {
      ...Object.fromEntries(EVENT_LABELS.map((label) => [`regarding.${label}`, `involvedObject.${label}`])),
      reason: "reason",
      reportingController: "reportingComponent",
      type: "type",
    },
  },
  "horizontalpodautoscalers.autoscaling/v1": {
    group: "autoscaling",
    version: "v1",
    resource: "horizontalpodautoscalers.autoscaling",
    shown: autoscalerAsV1,
    stored: autoscalerAsStored,
    labels: {},
  },
};

/** The face of a resource in a version of a group, where it is not the stored one. */
export function faceOf(resource: Resource, version: string | undefined): Face | undefined {
  return FACES[`${resource}/${version ?? ""}`];
}

/** An object as a face shows it. */
export function shownBy(face: Face | undefined, object: ApiObject): ApiObject {
  return face === undefined ? object : cast<ApiObject>(face.shown(cast<Json>(object)));
}

type Query = ReadonlyMap<string, readonly string[]>;

/** The query with the stored kind's field labels, or why the face has no such label. */
export function storedQuery(face: Face, query: Query): Query | Failure {
  const text = query.get("fieldSelector")?.[0];
  const parsed = text === undefined ? [] : parseFieldQuery(text);
  if (text === undefined || "error" in parsed) return query;
  const parts: string[] = [];
  for (const { field, negated, value } of parsed) {
    const label = field.startsWith("metadata.") ? field : face.labels[field];
    if (label === undefined) return badRequest(`field label not supported: ${field}`);
    parts.push(`${label}${negated ? "!=" : "="}${value.replaceAll(/[\\,=]/g, "\\$&")}`);
  }
  return new Map([...query, ["fieldSelector", [parts.join(",")]]]);
}

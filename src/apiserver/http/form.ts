import type { Millis } from "../../base/units.ts";
import type { ApiObject } from "../../api/object.ts";
import type { ObjectList, WatchEvent } from "../../api/request.ts";
import { badRequest, failure } from "../failure.ts";
import type { Failure } from "../failure.ts";
import { apiVersionOf } from "../kind.ts";
import type { Kind } from "../kind.ts";
import { shownBy } from "./faces.ts";
import type { Face } from "./faces.ts";
import { metadataOf, tableOfList, tableOfObject } from "../tables/table.ts";
import type { IncludeObject } from "../tables/table.ts";

/** The form in which a client wants objects: as they are, as rows of a table, or their metadata alone. */
export interface Form {
  readonly as: "Object" | "Table" | "PartialObjectMetadata" | "PartialObjectMetadataList";
  /** Version of the table or metadata: "meta.k8s.io/v1". */
  readonly apiVersion: string;
  readonly includeObject: IncludeObject;
  /** The version in which objects are shown that are stored in another. */
  readonly face?: Face;
}

/** Objects as they are. */
export const PLAIN: Form = { as: "Object", apiVersion: "", includeObject: "Metadata" };

const TYPES = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];
const WILDCARDS = ["application/*", "*/*"];

/** The form that an Accept header and the query ask for; the first clause that can be served counts. */
export function requestedForm(accept: string | undefined, includeObject: string | undefined): Form | Failure {
  if (accept === undefined) return PLAIN;
  for (const clause of accept.split(",")) {
    const form = formOf(clause);
    if (form === undefined) continue;
    return form.as === "Table" ? including(form, includeObject ?? "") : form;
  }
  if (accept.split(",").some((clause) => TYPES.includes(clause.split(";")[0]?.trim() ?? "")))
    return failure(406, "NotAcceptable", `only the following media types are accepted: ${TYPES.join(", ")}`);
  return failure(
    406,
    "NotAcceptable",
    `406: Not Acceptable\n\nAvailable representations: ${TYPES.join(", ")}, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch`,
    {},
  );
}

/** "application/json;as=Table;v=v1;g=meta.k8s.io" */
function formOf(clause: string): Form | undefined {
  const [type = "", ...parameters] = clause.split(";").map((text) => text.trim());
  if (!TYPES.includes(type) && !WILDCARDS.includes(type)) return undefined;
  const parameter = (name: string): string | undefined =>
    parameters.find((text) => text.startsWith(`${name}=`))?.slice(name.length + 1);
  const as = parameter("as");
  if (as === undefined) return PLAIN;
  const [version, group] = [parameter("v") ?? "", parameter("g") ?? ""];
  if (group !== "meta.k8s.io" || (version !== "v1" && version !== "v1beta1")) return undefined;
  if (as !== "Table" && as !== "PartialObjectMetadata" && as !== "PartialObjectMetadataList") return undefined;
  return { as, apiVersion: `${group}/${version}`, includeObject: "Metadata" };
}

function including(form: Form, text: string): Form | Failure {
  switch (text) {
    case "":
    case "Metadata":
      return form;
    case "Object":
    case "None":
      return { ...form, includeObject: text };
    default:
      return badRequest(
        `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(text)}: must be 'Metadata', 'Object', 'None', or empty`,
      );
  }
}

/** An object in the form asked for; a Status stays one. */
export function objectBody(form: Form, object: ApiObject, now: Millis): unknown {
  if (object.kind === "Status") return object;
  if (form.as === "Object") return shownBy(form.face, object);
  if (form.as === "Table") return tableOfObject(object, { ...form, now, headers: true });
  return metadataOf(object, form.apiVersion);
}

/** A page of a collection in the form asked for. */
export function listBodyAs(form: Form, kind: Kind, list: ObjectList, now: Millis): unknown {
  if (form.as === "Table") return tableOfList(kind.kind, list, { ...form, now, headers: true });
  const body = listBody(kind, list, form.face);
  if (form.as === "Object") return body;
  const items = list.items.map((object) => metadataOf(object, form.apiVersion));
  return { ...body, kind: "PartialObjectMetadataList", apiVersion: form.apiVersion, items };
}

/** The object of a watch event in the form asked for; only the first event of a watch tells the columns of its table. */
export function eventBody(form: Form, { object }: WatchEvent, now: Millis, isFirst: boolean): unknown {
  if (object.kind === "Status") return object;
  if (form.as === "Object") return shownBy(form.face, object);
  if (form.as === "Table") return tableOfObject(object, { ...form, now, headers: isFirst });
  return metadataOf(object, form.apiVersion);
}

/** A list as the wire has it: items without their kind. */
function listBody(kind: Kind, list: ObjectList, face: Face | undefined): { readonly [field: string]: unknown } {
  const { resourceVersion, continue: token, remainingItemCount } = list;
  return {
    kind: `${kind.kind}List`,
    apiVersion: face === undefined ? apiVersionOf(kind) : `${face.group}/${face.version}`,
    metadata: {
      resourceVersion,
      ...(token !== undefined && { continue: token }),
      ...(remainingItemCount !== undefined && { remainingItemCount }),
    },
    items: face === undefined ? list.items.map(bare) : list.items.map((item) => bare(shownBy(face, item))),
  };
}

function bare(object: ApiObject): unknown {
  const { kind: _, apiVersion: __, ...rest } = object;
  return rest;
}

import { timestamp } from "../../base/time.ts";
import { decode } from "../../api/decode.ts";
import { deepEqual } from "../../api/equal.ts";
import type { ApiObject } from "../../api/object.ts";
import type { ManagedFieldsEntry } from "../../api/types/meta-v1.ts";
import { apiVersionOf } from "../kind.ts";
import type { Kind } from "../kind.ts";
import type { Call } from "../server-state.ts";
import { difference, isEmptySet, setOf, union } from "./field-set.ts";
import { capUpdaters, decodeManagers, encodeManagers, identifierOf } from "./managers.ts";
import type { Manager, Managers } from "./managers.ts";
import { resetFields } from "./reset-fields.ts";
import { rootShape } from "./shape.ts";
import { updateManagers } from "./updater.ts";
import type { Writing } from "./updater.ts";

type Entries = readonly ManagedFieldsEntry[] | undefined;

/** Fields that nobody owns: they name the object or belong to the server. */
const STRIPPED = setOf(
  ["apiVersion"],
  ["kind"],
  ["metadata"],
  ...[
    "name",
    "namespace",
    "creationTimestamp",
    "selfLink",
    "uid",
    "clusterName",
    "generation",
    "managedFields",
    "resourceVersion",
  ].map((name) => ["metadata", name]),
);

/** metadata.managedFields after a POST, PUT or patch that is no apply; `live` is absent for a new object. */
export function trackWrite(
  kind: Kind,
  live: ApiObject | undefined,
  wanted: ApiObject,
  subresource: string,
  call: Call,
): Entries {
  const sent = subresource === "" ? wanted.metadata.managedFields : undefined;
  const before = sentManagers(sent) ?? managersOf(kind, live);
  if (before.size === 0 && live !== undefined) return undefined;
  const writing = writingOf(kind, call.fieldManager, "Update", subresource);
  const time = timestamp(call.context.now);
  const after = trackUpdate(kind, live, wanted, before, { ...writing, writer: { ...writing.writer, time } });
  return encodeManagers(capUpdaters(after));
}

/** Managers that a client sends with an object; an empty list or entry forgets them all, an unreadable one counts as none. */
function sentManagers(sent: Entries): Managers | undefined {
  if (sent === undefined || !Array.isArray(sent)) return undefined;
  const [first] = sent;
  if (sent.length === 0 || (sent.length === 1 && first !== undefined && Object.keys(first).length === 0))
    return new Map();
  const managers = decodeManagers(sent);
  return managers === undefined || managers.size === 0 ? undefined : managers;
}

/** The managers of a stored object; those of versions that are not served any more are forgotten. */
export function managersOf(kind: Kind, live: ApiObject | undefined): Managers {
  const managers = decodeManagers(live?.metadata.managedFields ?? []);
  if (managers === undefined) return new Map();
  const version = apiVersionOf(kind);
  return new Map([...managers].filter(([, manager]) => manager.apiVersion === version));
}

/** The managers after an update; what this write changed is added to what its writer owned before. */
export function trackUpdate(
  kind: Kind,
  live: ApiObject | undefined,
  wanted: ApiObject,
  before: Managers,
  writing: Writing,
): Managers {
  const { identifier, writer } = writing;
  const current = { ...writing, identifier: "" };
  const after = new Map(updateManagers(current, live ?? emptyObject(kind), withoutManagers(wanted), before));
  const written = stripped(after, "").get("");
  after.delete("");
  if (written === undefined) return after;
  const own = after.get(identifier)?.fields;
  after.set(identifier, { ...writer, fields: own === undefined ? written.fields : union(written.fields, own) });
  return after;
}

/** The managers where one of them does not own what nobody does. */
export function stripped(managers: Managers, identifier: string): Managers {
  const manager = managers.get(identifier);
  if (manager === undefined) return managers;
  const fields = difference(manager.fields, STRIPPED);
  const result = new Map(managers);
  if (isEmptySet(fields)) result.delete(identifier);
  else result.set(identifier, { ...manager, fields });
  return result;
}

/** Describes a write by its manager; one without a name is "unknown". */
export function writingOf(kind: Kind, name: string, operation: Manager["operation"], subresource: string): Writing {
  const writer = { name: name === "" ? "unknown" : name, operation, apiVersion: apiVersionOf(kind), subresource };
  return {
    shape: rootShape(kind.struct),
    identifier: identifierOf(writer),
    writer,
    ignored: resetFields(kind, subresource),
  };
}

/** What a kind's object looks like before anything is said about it. */
export function emptyObject(kind: Kind): ApiObject {
  return {
    ...(decode(kind.struct, {}).value as unknown as ApiObject),
    kind: kind.kind,
    apiVersion: apiVersionOf(kind),
  };
}

/** An object without its managedFields. */
export function withoutManagers(object: ApiObject): ApiObject {
  if (object.metadata.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** An object with the given managedFields. */
export function withManagers(object: ApiObject, managedFields: Entries): ApiObject {
  const bare = withoutManagers(object);
  return managedFields === undefined ? bare : { ...bare, metadata: { ...bare.metadata, managedFields } };
}

/** Whether nothing but the times of the managers differs. */
export function sameButTimes(a: ApiObject, b: ApiObject): boolean {
  return (
    deepEqual(timeless(a.metadata.managedFields), timeless(b.metadata.managedFields)) &&
    deepEqual(withoutManagers(a), withoutManagers(b))
  );
}

function timeless(entries: Entries): Entries {
  return entries?.map((entry) => {
    const { time: _, ...rest } = entry;
    return rest;
  });
}

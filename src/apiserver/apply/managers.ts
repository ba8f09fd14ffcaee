import { parseTimestamp } from "../../base/time.ts";
import { compareText } from "../../base/order.ts";
import type { ManagedFieldsEntry } from "../../api/types/meta-v1.ts";
import { fromFieldsV1, isEmptySet, toFieldsV1, union } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";

/** Who wrote fields of an object, by which operation, and when. */
export interface Manager {
  readonly name: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource: string;
  /** RFC 3339; absent for a manager whose apply changed nothing. */
  readonly time?: string;
  readonly fields: FieldSet;
}

/** The managers of an object by identifier. */
export type Managers = ReadonlyMap<string, Manager>;

/** What tells managers apart: an applier is the same in every version of the API. */
export function identifierOf(manager: Pick<Manager, "name" | "operation" | "apiVersion" | "subresource">): string {
  const { name, operation, apiVersion, subresource } = manager;
  return JSON.stringify({
    ...(name !== "" && { manager: name }),
    operation,
    ...(operation === "Update" && { apiVersion }),
    ...(subresource !== "" && { subresource }),
  });
}

/** Reads metadata.managedFields; undefined when an entry cannot be read. */
export function decodeManagers(entries: readonly ManagedFieldsEntry[]): Managers | undefined {
  const managers = new Map<string, Manager>();
  for (const entry of entries) {
    const { operation, apiVersion = "", fieldsType, fieldsV1, time } = entry;
    if ((operation !== "Apply" && operation !== "Update") || apiVersion === "" || fieldsType !== "FieldsV1")
      return undefined;
    const fields = fromFieldsV1(fieldsV1 ?? {});
    if (fields === undefined) return undefined;
    const manager: Manager = {
      name: entry.manager ?? "",
      operation,
      apiVersion,
      subresource: entry.subresource ?? "",
      fields,
      ...(typeof time === "string" && { time }),
    };
    managers.set(identifierOf(manager), manager);
  }
  return managers;
}

/** Writes metadata.managedFields: appliers first, then by time and name. */
export function encodeManagers(managers: Managers): readonly ManagedFieldsEntry[] | undefined {
  if (managers.size === 0) return undefined;
  return [...managers.values()]
    .sort(compareManagers)
    .map(({ name, operation, apiVersion, time, fields, subresource }) => ({
      ...(name !== "" && { manager: name }),
      operation,
      apiVersion,
      ...(time !== undefined && { time }),
      fieldsType: "FieldsV1",
      fieldsV1: toFieldsV1(fields),
      ...(subresource !== "" && { subresource }),
    }));
}

function compareManagers(a: Manager, b: Manager): number {
  return (
    compareText(a.operation, b.operation) ||
    secondsOf(a) - secondsOf(b) ||
    compareText(a.name, b.name) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}

/** No time counts as long ago. */
function secondsOf({ time }: Manager): number {
  return time === undefined ? Number.MIN_SAFE_INTEGER : Math.floor(parseTimestamp(time) / 1000);
}

/** Entries of updates that are kept apart. */
const UPDATERS_MAX = 10;

/** Puts the oldest updaters together as "ancient-changes" when there are too many. */
export function capUpdaters(managers: Managers): Managers {
  const updaters = [...managers].filter(([, { operation }]) => operation === "Update");
  if (updaters.length <= UPDATERS_MAX) return managers;
  updaters.sort(([a, x], [b, y]) => secondsOf(x) - secondsOf(y) || compareText(a, b));
  const result = new Map(managers);
  const firstOf = new Map<string, string>();
  let count = updaters.length;
  for (const [identifier, manager] of updaters) {
    if (count <= UPDATERS_MAX) break;
    const { apiVersion } = manager;
    const base = { name: "ancient-changes", operation: "Update", apiVersion, subresource: "" } as const;
    const bucket = identifierOf(base);
    const first = firstOf.get(apiVersion);
    if (first === undefined) {
      firstOf.set(apiVersion, identifier);
      continue;
    }
    const before = result.get(bucket) ?? result.get(first);
    if (!result.has(bucket)) result.delete(first);
    const { time } = manager;
    const fields = before === undefined ? manager.fields : union(manager.fields, before.fields);
    result.set(bucket, { ...base, fields, ...(time !== undefined && { time }) });
    result.delete(identifier);
    count -= 1;
  }
  return result;
}

/** The managers that still own something. */
export function withoutIdle(managers: Managers): Managers {
  return new Map([...managers].filter(([, { fields }]) => !isEmptySet(fields)));
}

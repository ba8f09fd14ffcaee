import { timestamp } from "../../base/time.ts";
import { cast } from "../../base/units.ts";
import { decode } from "../../api/decode.ts";
import type { ApiObject } from "../../api/object.ts";
import { badRequest, plainError } from "../failure.ts";
import type { Failure } from "../failure.ts";
import { apiVersionOf } from "../kind.ts";
import type { Kind } from "../kind.ts";
import { isObject } from "../patch/merge.ts";
import type { Call } from "../server-state.ts";
import { shapeProblem } from "./check-shape.ts";
import { conflictFailure } from "./conflict.ts";
import { emptyObject, managersOf, stripped, trackUpdate, withManagers, writingOf } from "./field-manager.ts";
import { hasLastApplied, ownedByLastApplied, withLastApplied } from "./last-applied.ts";
import { insertPath, newFieldSet, difference, isEmptySet } from "./field-set.ts";
import type { FieldSet } from "./field-set.ts";
import { encodeManagers } from "./managers.ts";
import type { Managers } from "./managers.ts";
import { applyConfiguration } from "./updater.ts";
import type { Applied, Conflict, Writing } from "./updater.ts";

/** Writers of fields that were there before anybody applied. */
const BEFORE_FIRST_APPLY = "before-first-apply";

/** The object that a server-side apply makes of the stored one, absent for a new object; its managers are in it. */
export function applyPatchObject(
  kind: Kind,
  live: ApiObject | undefined,
  patch: unknown,
  subresource: string,
  call: Call,
): ApiObject | Failure {
  if (!isObject(patch))
    return badRequest(
      `error decoding YAML: json: cannot unmarshal ${jsonType(patch)} into Go value of type map[string]interface {}`,
    );
  const wrong = wrongObject(kind, patch);
  if (wrong !== undefined) return wrong;
  const writing = writingOf(kind, call.fieldManager, "Apply", subresource);
  const problem = shapeProblem(writing.shape, patch);
  if (problem !== undefined)
    return plainError(`failed to create typed patch object (${subject(kind, patch)}): ${problem}`);
  const before = live ?? emptyObject(kind);
  const managers = managersBefore(kind, live, call);
  const applied = applyOver(writing, before, patch, managers, call);
  if (isConflicts(applied)) return conflictFailure(applied);
  if (applied.object === undefined)
    return withManagers(before, encodeManagers(stripped(applied.managers, writing.identifier)));
  const merged = canonical(kind, cast<ApiObject>(applied.object), patch);
  if ("ok" in merged) return merged;
  const entries = encodeManagers(stamped(stripped(applied.managers, writing.identifier), writing.identifier, call));
  const object = writing.writer.name === "kubectl" && hasLastApplied(merged) ? withLastApplied(merged, patch) : merged;
  return withManagers(object, entries);
}

function jsonType(value: unknown): string {
  return Array.isArray(value) ? "array" : typeof value;
}

function wrongObject(kind: Kind, patch: { readonly [field: string]: unknown }): Failure | undefined {
  const { apiVersion, kind: named, metadata } = patch;
  const version = typeof apiVersion === "string" ? apiVersion : "";
  if (version !== apiVersionOf(kind) || named !== kind.kind)
    return badRequest(`invalid object type: ${groupVersion(version)}, Kind=${typeof named === "string" ? named : ""}`);
  if (isObject(metadata) && metadata["managedFields"] !== undefined && metadata["managedFields"] !== null)
    return badRequest("metadata.managedFields must be nil");
  return undefined;
}

/** "/v1", "apps/v1": group and version as Go prints them. */
function groupVersion(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion : `/${apiVersion}`;
}

function subject(kind: Kind, patch: { readonly [field: string]: unknown }): string {
  const metadata = isObject(patch["metadata"]) ? patch["metadata"] : {};
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  return `${text(metadata["namespace"])}/${text(metadata["name"])}; ${groupVersion(apiVersionOf(kind))}, Kind=${kind.kind}`;
}

/** An object that nobody was tracked for belongs to one nameless writer before its first apply. */
function managersBefore(kind: Kind, live: ApiObject | undefined, call: Call): Managers {
  const managers = managersOf(kind, live);
  if (managers.size > 0 || live === undefined) return managers;
  const writing = writingOf(kind, BEFORE_FIRST_APPLY, "Update", "");
  const writer = { ...writing.writer, time: timestamp(call.context.now) };
  return trackUpdate(kind, undefined, live, managers, { ...writing, writer });
}

function isConflicts(applied: Applied | readonly Conflict[]): applied is readonly Conflict[] {
  return Array.isArray(applied);
}

/** kubectl takes over without a conflict what it applied itself before, from the client's side. */
function applyOver(
  writing: Writing,
  live: ApiObject,
  patch: unknown,
  managers: Managers,
  call: Call,
): Applied | readonly Conflict[] {
  const applied = applyConfiguration(writing, live, patch, managers, call.force);
  if (!isConflicts(applied) || writing.writer.name !== "kubectl") return applied;
  const allowed = ownedByLastApplied(writing.shape, live);
  if (allowed === undefined) return applied;
  const rest = applied.filter(({ path }) => !isEmptySet(difference(pathSet(path), allowed)));
  return rest.length > 0 ? rest : applyConfiguration(writing, live, patch, managers, true);
}

function pathSet(path: Conflict["path"]): FieldSet {
  const set = newFieldSet();
  insertPath(set, path);
  return set;
}

function stamped(managers: Managers, identifier: string, call: Call): Managers {
  const manager = managers.get(identifier);
  if (manager === undefined) return managers;
  return new Map(managers).set(identifier, { ...manager, time: timestamp(call.context.now) });
}

function canonical(kind: Kind, merged: ApiObject, patch: { readonly [field: string]: unknown }): ApiObject | Failure {
  const decoded = decode(kind.struct, merged);
  if (decoded.error !== undefined)
    return plainError(
      `failed to convert new object (${subject(kind, patch)}) to proper version (${apiVersionOf(kind)}): unable to convert unstructured object to ${groupVersion(apiVersionOf(kind))}, Kind=${kind.kind}: ${decoded.error}`,
    );
  return cast<ApiObject>({ ...decoded.value, kind: kind.kind, apiVersion: apiVersionOf(kind) });
}

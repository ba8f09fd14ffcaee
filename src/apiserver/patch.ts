import { cast } from "../base/units.ts";
import { decode } from "../api/decode.ts";
import type { ApiObject } from "../api/object.ts";
import type { PatchType } from "../api/request.ts";
import { badRequest, failure, invalid, plainError } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { FieldErrors } from "./field-errors.ts";
import type { Kind } from "./kind.ts";
import { unregistered } from "./decode-body.ts";
import { kindNamed } from "./kinds/index.ts";
import { goText } from "./patch/go-text.ts";
import { jsonPatch } from "./patch/json-patch.ts";
import { isObject, mergePatch } from "./patch/merge.ts";
import { strategicMerge } from "./patch/strategic-merge.ts";
import { withoutRepeatedOwners } from "./repeated-owners.ts";
import type { Call } from "./server-state.ts";

const OPERATIONS_MAX = 10_000;

/** The stored object with a patch applied and decoded again; the same object when nothing changes. */
export function applyPatch(
  kind: Kind,
  stored: ApiObject,
  type: PatchType,
  patch: unknown,
  call: Call,
): ApiObject | Failure {
  const patched = rawPatch(kind, stored, type, patch);
  if ("ok" in patched) return cast<Failure>(patched);
  const value = cast<ApiObject>(patched.value);
  if (value === stored || call.trusted) return value;
  const named = value.kind !== undefined && value.apiVersion !== undefined;
  const otherKind = named && (value.kind !== stored.kind || value.apiVersion !== stored.apiVersion);
  if (otherKind && kindNamed(value.apiVersion, value.kind) === undefined)
    return undecodable(value, unregistered(value.apiVersion, value.kind), [], type, patch);
  const decoded = decode(kind.struct, value);
  const problems = [
    ...(decoded.error === undefined ? [] : [decoded.error]),
    ...(call.fieldValidation === "Strict" ? decoded.unknown.map((path) => `unknown field "${path}"`) : []),
  ];
  if (problems.length > 0) return undecodable(value, decoded.error, problems, type, patch);
  if (call.fieldValidation === "Warn") call.warnings.push(...decoded.unknown.map((path) => `unknown field "${path}"`));
  const object = cast<ApiObject>({ ...decoded.value, kind: stored.kind, apiVersion: stored.apiVersion });
  return withoutRepeatedOwners(object, true, call);
}

/** A stored object with a patch applied, before anything of it is checked. */
export function rawPatch(
  kind: Kind,
  stored: ApiObject,
  type: PatchType,
  patch: unknown,
): { readonly value: unknown } | Failure {
  switch (type) {
    case "merge":
      if (!isObject(patch))
        return badRequest(
          `error decoding patch: json: cannot unmarshal ${Array.isArray(patch) ? "array" : typeof patch} into Go value of type map[string]interface {}`,
        );
      return { value: mergePatch(stored, patch) };
    case "strategic": {
      if (!isObject(patch))
        return badRequest(
          `json: cannot unmarshal ${Array.isArray(patch) ? "array" : typeof patch} into Go value of type map[string]interface {}`,
        );
      const merged = strategicMerge(cast<{ readonly [field: string]: unknown }>(stored), patch, kind.struct);
      return "error" in merged ? plainError(merged.error) : merged;
    }
    case "json": {
      if (!Array.isArray(patch))
        return badRequest(
          `error decoding patch: json: cannot unmarshal ${isObject(patch) ? "object" : typeof patch} into Go value of type jsonpatch.Patch`,
        );
      if (patch.length > OPERATIONS_MAX)
        return failure(
          413,
          "RequestEntityTooLarge",
          `The allowed maximum operations in a JSON patch is ${OPERATIONS_MAX}, got ${patch.length}`,
        );
      return (
        jsonPatch(stored, patch) ??
        failure(422, "Invalid", "the server rejected our request due to an error in our request", {})
      );
    }
    case "apply":
      return { value: mergePatch(stored, patch) };
  }
}

function undecodable(
  value: ApiObject,
  error: string | undefined,
  problems: readonly string[],
  type: PatchType,
  patch: unknown,
): Failure {
  const errors = new FieldErrors();
  const text = error === undefined ? `strict decoding error: ${problems.join(", ")}` : error;
  if (type === "strategic") errors.invalid("patch", goText(patch), converterText(text));
  else errors.invalid("patch", JSON.stringify(value), text);
  const { status } = invalid("", "", "", errors.causes);
  return { ok: false, status: { ...status, details: { causes: errors.causes } } };
}

/** A strategic merge is not decoded from text but converted, whose complaints are shorter. */
function converterText(text: string): string {
  const number = /^json: cannot unmarshal number \S+ into Go .* of type (u?int\d+)$/.exec(text);
  if (number !== null) return `cannot convert float64 to ${number[1] ?? ""}`;
  const match = /^json: cannot unmarshal (\w+) into Go .* of type (.*)$/.exec(text);
  if (match === null) return text;
  const [, named = "", type = ""] = match;
  const what = { array: "slice", object: "map" }[named] ?? named;
  if (type.startsWith("[]")) return `cannot restore slice from ${what}`;
  if (type.startsWith("map[")) return `cannot restore map from ${what}`;
  if (/^v\d/.test(type)) return `cannot restore struct from: ${what}`;
  return `unrecognized type: ${type}`;
}

import { cast } from "../base/units.ts";
import { decode } from "../api/decode.ts";
import type { Manifest } from "../api/object.ts";
import { unregistered } from "./decode-body.ts";
import { resourceOf } from "./kind.ts";
import type { Kind } from "./kind.ts";
import { kindNamed } from "./kinds/index.ts";
import { isObject } from "./patch/merge.ts";

/** A manifest in canonical form, with what a request for it needs. */
export interface DecodedManifest {
  readonly kind: Kind;
  readonly resource: string;
  readonly namespaced: boolean;
  readonly manifest: Manifest;
  /** Paths of fields that the kind does not have. */
  readonly unknown: readonly string[];
}

/** What is wrong with one manifest: its place in the input and a sentence in upstream's words. */
export interface ManifestProblem {
  readonly index: number;
  readonly message: string;
}

/** Checks untyped manifests structurally: known kinds, right types, quantities that parse. Lists are unfolded. */
export function decodeManifests(objects: readonly unknown[]): { readonly manifests: readonly DecodedManifest[]; readonly problems: readonly ManifestProblem[] } {
  const manifests: DecodedManifest[] = [];
  const problems: ManifestProblem[] = [];
  for (const [index, object] of objects.entries()) {
    for (const item of unfold(object)) {
      const decoded = decodeManifest(item);
      if (typeof decoded === "string") problems.push({ index, message: decoded });
      else manifests.push(decoded);
    }
  }
  return { manifests, problems };
}

function unfold(object: unknown): readonly unknown[] {
  if (!isObject(object) || object["kind"] !== "List" || !Array.isArray(object["items"])) return [object];
  return object["items"];
}

/** One manifest, or why it is none. */
export function decodeManifest(object: unknown): DecodedManifest | string {
  if (!isObject(object)) return "error validating data: invalid object to validate";
  const { apiVersion, kind: name } = object;
  if (typeof name !== "string" || name === "") return "error validating data: kind not set";
  if (typeof apiVersion !== "string" || apiVersion === "") return "error validating data: apiVersion not set";
  const kind = kindNamed(apiVersion, name);
  if (kind === undefined) return unregistered(apiVersion, name);
  const decoded = decode(kind.struct, object);
  if (decoded.error !== undefined) return `${name} in version "${kind.version}" cannot be handled as a ${name}: ${decoded.error}`;
  const manifest = cast<Manifest>({ ...decoded.value, kind: name, apiVersion });
  return { kind, resource: resourceOf(kind), namespaced: kind.namespaced, manifest, unknown: decoded.unknown };
}

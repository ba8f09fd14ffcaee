import { compareText } from "../base/order.ts";
import { deepEqual } from "../api/equal.ts";
import { controllerOf } from "../api/object.ts";
import type { ApiObject } from "../api/object.ts";
import type { InformerEvent } from "../client/component.ts";
import type { ControllerRevision } from "../api/types/apps-v1.ts";
import type { PodTemplateSpec } from "../api/types/core-v1.ts";
import { cast } from "../base/units.ts";
import { safeEncode } from "./pod-template-hash/hash.ts";
import { controllerReference } from "./requests.ts";

export const REVISIONS = "controllerrevisions.apps";
const HASH_LABEL = "controller.kubernetes.io/hash";
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const PREFIX_CHARS_MAX = 223;

/** What a revision stores: the template as a patch that replaces it. */
export interface RevisionData {
  readonly spec: { readonly template: PodTemplateSpec & { readonly $patch?: string } };
}

const dataOf = new WeakMap<PodTemplateSpec, RevisionData>();

/** The data of the revision of a template, in the order in which Go writes maps; the same object for the same template. */
export function revisionData(template: PodTemplateSpec): RevisionData {
  let data = dataOf.get(template);
  if (data === undefined) {
    data = cast<RevisionData>(inOrder({ spec: { template: { ...template, $patch: "replace" } } }));
    dataOf.set(template, data);
  }
  return data;
}

/** The value with the keys of every object sorted: clients compare revisions byte by byte. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(entries.map(([key, item]) => [key, inOrder(item)]));
}

/** Oldest revision first; ties by creation, then by name. */
export function sortedRevisions(revisions: readonly ControllerRevision[]): ControllerRevision[] {
  return [...revisions].sort(
    (a, b) =>
      a.revision - b.revision ||
      compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
      compareText(a.metadata.name, b.metadata.name),
  );
}

const equalData = new WeakMap<object, WeakMap<object, boolean>>();

/** Whether a stored revision holds this data; remembered by identity. */
export function holds(revision: ControllerRevision, data: RevisionData): boolean {
  const stored = cast<object>(revision.data ?? {});
  let known = equalData.get(stored);
  if (known === undefined) equalData.set(stored, (known = new WeakMap()));
  let equal = known.get(data);
  if (equal === undefined) known.set(data, (equal = deepEqual(stored, data)));
  return equal;
}

/** The template that a revision holds. */
export function templateOf(revision: ControllerRevision): PodTemplateSpec {
  const { $patch: _, ...template } = cast<RevisionData>(revision.data).spec.template;
  return template;
}

/** A revision got another owner, or none; that it is gone wakes nobody. */
export function isRevisionAdopted({ resource, before, after }: InformerEvent): boolean {
  if (resource !== REVISIONS || before === undefined || after === undefined) return false;
  return controllerOf(before)?.uid !== controllerOf(after)?.uid;
}

/** The body of a new revision of `owner`. */
export function newRevision(
  owner: ApiObject,
  template: PodTemplateSpec,
  revision: number,
  collisionCount: number | undefined,
): { readonly [field: string]: unknown } & {
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
} {
  const data = revisionData(template);
  const hash = revisionHash(data, collisionCount);
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `${owner.metadata.name.slice(0, PREFIX_CHARS_MAX)}-${hash}`,
      namespace: owner.metadata.namespace,
      labels: { ...template.metadata?.labels, [HASH_LABEL]: hash },
      ...(owner.metadata.annotations !== undefined && { annotations: owner.metadata.annotations }),
      ownerReferences: [controllerReference(owner)],
    },
    data,
    revision,
  };
}

/** FNV-1 (32 bits) of the data as JSON with sorted keys and of the collision count, in safe characters. */
export function revisionHash(data: RevisionData, collisionCount: number | undefined): string {
  let hash = fnv1(FNV_OFFSET, sortedJson(data));
  if (collisionCount !== undefined) hash = fnv1(hash, String(collisionCount));
  return safeEncode(String(hash >>> 0));
}

function fnv1(start: number, text: string): number {
  let hash = start;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash, FNV_PRIME) ^ text.charCodeAt(i);
  return hash;
}

/** JSON as Go's encoder prints a map: keys sorted, <, > and & escaped. */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(",")}]`;
  if (typeof value === "string")
    return JSON.stringify(value).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => compareText(a, b));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${sortedJson(field)}`).join(",")}}`;
}

import type { ObjectMeta, OwnerReference } from "./types/meta-v1.ts";

/** Any stored object: plain, immutable data, shared by reference. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** What a client may send to be created or applied: fields that the server fills in may be missing. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Partial<ObjectMeta>;
  readonly [field: string]: unknown;
}

/** Plural and group as upstream prints a resource: "pods", "deployments.apps". */
export type Resource = string;

/** "namespace/name", or "name" for cluster-scoped objects: the key of listers and work queues. */
export function objectKey(object: {
  readonly metadata: { readonly namespace?: string; readonly name: string };
}): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined || namespace === "" ? name : keyOf(namespace, name);
}

/** Keys made so far by namespace and name: a text that is made once is hashed once and compared by identity. */
const made = new Map<string, Map<string, string>>();
let count = 0;
const KEYS_MAX = 100_000;

/** "namespace/name", the same text instance for the same parts. Hot: most look-ups begin with it. */
export function keyOf(namespace: string, name: string): string {
  let names = made.get(namespace);
  if (names === undefined) {
    names = new Map();
    made.set(namespace, names);
  }
  let key = names.get(name);
  if (key === undefined) {
    if (count >= KEYS_MAX) forgetKeys();
    key = `${namespace}/${name}`;
    names.set(name, key);
    count += 1;
  }
  return key;
}

/** Forgets the keys made so far, when nobody will ask for most of them again: few stay in the processor's cache. */
export function forgetKeys(): void {
  made.clear();
  count = 0;
}

/** Splits a key into its parts; namespace is "" for cluster-scoped objects. */
export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf("/");
  return slash < 0 ? { namespace: "", name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The owner reference with controller=true. */
export function controllerOf(object: ApiObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}

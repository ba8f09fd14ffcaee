import type { ApiObject, Resource } from "./object.ts";
import type { Status } from "./status.ts";

export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection";

export type PatchType = "json" | "merge" | "strategic" | "apply";

/** Who asks. Components use upstream's names: "system:kube-scheduler", "system:node:n1". */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** Query parameters and DeleteOptions, by their wire names. */
export interface RequestOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
  readonly dryRun?: readonly string[];
  readonly fieldManager?: string;
  readonly fieldValidation?: string;
  readonly force?: boolean;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** A resolved request: what an HTTP edge makes of method, path and query, and what components send. */
export interface Request {
  readonly verb: Verb;
  readonly resource: Resource;
  /** Absent for cluster-scoped resources and for lists over all namespaces. */
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  readonly options?: RequestOptions;
  readonly patchType?: PatchType;
  /** Object, patch, Binding or Eviction, as plain data. */
  readonly body?: unknown;
  readonly user?: User;
  /** It came over HTTP: what it brings is checked whoever sends it, and users are held to what they may do. */
  readonly remote?: true;
}

/** The answer to anything but a watch. */
export type Response =
  | { readonly ok: true; readonly code: number; readonly object: ApiObject; readonly warnings?: readonly string[] }
  | { readonly ok: true; readonly code: number; readonly list: ObjectList; readonly warnings?: readonly string[] }
  | { readonly ok: false; readonly status: Status; readonly warnings?: readonly string[] };

export interface ObjectList {
  readonly resourceVersion: string;
  readonly items: readonly ApiObject[];
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** One change as a watch tells it. A DELETED event carries the last state with the version of the deletion. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: ApiObject;
}

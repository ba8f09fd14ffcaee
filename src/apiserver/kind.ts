import type { RequestOptions } from "../api/request.ts";
import type { ApiObject, Resource } from "../api/object.ts";
import type { ServerContext } from "./server-context.ts";
import type { FieldErrors } from "./field-errors.ts";

/** Which changes add 1 to metadata.generation; absent: the kind keeps none. */
export type GenerationRule = "spec" | "spec-and-annotations" | "content-and-labels" | "never";

/** The metadata as of a new object ("whole"), its change, both or none. */
export type MetadataChecks = "none" | "whole" | "change" | "both";

/** What a status write takes besides the status. */
export type StatusMeta = "labels-and-annotations" | "none";

/** What a subresource takes of the object that is sent to it, and what it allows. */
export interface KindPart<T extends ApiObject = ApiObject> {
  prepare(object: T, stored: T): T;
  validate(object: T, stored: T, errors: FieldErrors): void;
}

/** Everything that the generic registry needs to know about a kind. */
export interface Kind<T extends ApiObject = ApiObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly singular?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** Name of the wire type in the schema tables. */
  /** Another apiVersion that bodies may have, in which nothing is different. */
  readonly alsoRead?: string;
  readonly struct: string;
  /** Path part of the storage key where it is not the plural: "/registry/<storage>/…". */
  readonly storage?: string;
  readonly generation?: GenerationRule;
  /** There is a status subresource; writes of the whole object keep the stored status. */
  readonly status?: boolean;
  /** What a status write takes from the metadata; the stored labels and annotations stay by default. */
  readonly statusMeta?: StatusMeta;
  /** Status of a new object, whatever the client sent. */
  readonly initialStatus?: object;
  /** What the kind's own rules check of an update's metadata once more, so that causes stand several times; "change" by default. */
  readonly metadataChecks?: MetadataChecks;
  readonly scale?: boolean;
  /** PUT of an absent object creates it. */
  readonly createOnUpdate?: boolean;
  /** PUT must name the version that it replaces. */
  readonly needsVersion?: boolean;
  /** DELETE answers the object that went, not a Status. */
  readonly deleteReturnsObject?: boolean;
  /** A warning that every request about this kind gets. */
  readonly deprecation?: string;
  /** Dependents are orphaned unless the request says otherwise. */
  readonly orphansByDefault?: boolean;
  readonly noDeleteCollection?: boolean;
  /** Field selectors besides metadata.name and metadata.namespace. */
  readonly fields?: { readonly [label: string]: (object: ApiObject) => string };
  /** How an unknown field selector is refused: core kinds with a list of their own, or the others. */
  readonly fieldStyle?: "own-list" | "supported-for-kind";
  /** An object without a name is named by its uid. */
  readonly namedByUid?: boolean;
  /** Rule for metadata.name; DNS subdomain when absent. Yields complaints. */
  readonly nameProblems?: (name: string) => readonly string[];
  /** Seconds of grace of a first deletion, from the option; absent: the kind knows no grace. */
  gracePeriodSeconds?(object: T, asked: number | undefined): number;
  deleteWarnings?(options: RequestOptions): readonly string[];
  /** Fills optional fields; must return the same object when there is nothing to fill. */
  defaults?(object: T): T;
  /** Before validation of a create: clears what a client may not set. */
  prepareCreate?(object: T, context: ServerContext): T;
  /** After validation of a create: what upstream fills in whenever it reads the object back. */
  completeCreate?(object: T): T;
  /** Before validation of an update: keeps what a client may not change. */
  prepareUpdate?(object: T, stored: T, context: ServerContext): T;
  prepareStatus?(object: T, stored: T): T;
  validate?(object: T, errors: FieldErrors): void;
  validateUpdate?(object: T, stored: T, errors: FieldErrors): void;
  validateStatus?(object: T, stored: T, errors: FieldErrors): void;
  /** Subresources that take a part of the object and have rules of their own. */
  readonly parts?: { readonly [subresource: string]: KindPart<T> };
  warnings?(object: T, stored: T | undefined): readonly string[];
}

/** "pods", "deployments.apps". */
export function resourceOf(kind: Kind): Resource {
  return kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
}

/** "v1", "apps/v1". */
export function apiVersionOf(kind: Kind): string {
  return kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
}

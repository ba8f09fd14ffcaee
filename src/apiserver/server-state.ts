import type { Etcd } from "../etcd/etcd.ts";
import type { User } from "../api/request.ts";
import type { AdmissionWebhook } from "./admission/webhooks.ts";
import type { AuditSink } from "./audit.ts";
import type { AuthorizationMode } from "./authorization/authorizer.ts";
import type { ServerContext } from "./server-context.ts";
import type { WatchCache } from "./watch-cache.ts";

/** Switches of an API server. */
export interface ApiServerOptions {
  /** Planted bugs by id. */
  readonly mutants?: ReadonlySet<string>;
  /** Adds service accounts' names and token volumes to pods; on by default. */
  readonly serviceAccountAdmission?: boolean;
  /** A pod whose service account is missing is refused, as upstream does; off: it is admitted without the volume. */
  readonly requireServiceAccount?: boolean;
  /** Objects carry metadata.managedFields, and apply patches are server-side applies; off by default. */
  readonly managedFields?: boolean;
  /** First address and size of the service range; 10.96.0.0/12 by default. */
  readonly serviceCidr?: string;
  /** Who decides what users may do, in order; ["Node", "RBAC"] by default. Requests without HTTP are not asked about. */
  readonly authorization?: readonly AuthorizationMode[];
  /** Admission webhooks, in the order in which they are asked. */
  readonly mutatingWebhooks?: readonly AdmissionWebhook[];
  readonly validatingWebhooks?: readonly AdmissionWebhook[];
  /** Hears who asked for what and what came of it, after every request. */
  readonly audit?: AuditSink;
  /** This server's watch caches; absent: they have seen all that is stored. */
  readonly cache?: WatchCache;
}

/** What the registry's functions work on. */
export interface Server {
  readonly etcd: Etcd;
  readonly options: ApiServerOptions;
}

/** A request in progress. */
export interface Call {
  readonly context: ServerContext;
  readonly user: User | undefined;
  readonly dryRun: boolean;
  /** Internal components are not decoded and validated again. */
  readonly trusted: boolean;
  readonly fieldValidation: string;
  readonly warnings: string[];
  /** Who owns the fields that this request writes; "" for nobody by name. */
  readonly fieldManager: string;
  /** An apply takes over what others own. */
  readonly force: boolean;
  /** This request is a server-side apply: its object brings its managers along. */
  readonly applies: boolean;
  /** It came over HTTP. */
  readonly remote: boolean;
}

/** Whether the requester is a part of the control plane, whose objects have the right form. */
export function isTrusted(user: User | undefined): boolean {
  if (user === undefined) return false;
  const { name } = user;
  if (!name.startsWith("system:") || name === "system:anonymous") return false;
  return !name.startsWith("system:serviceaccount:") || name.startsWith("system:serviceaccount:kube-system:");
}

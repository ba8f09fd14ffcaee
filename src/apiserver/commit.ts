import type { Draft } from "../base/draft.ts";
import { assert } from "../base/assert.ts";
import { cast } from "../base/units.ts";
import { objectKey } from "../api/object.ts";
import type { ApiObject } from "../api/object.ts";
import type { ObjectMeta } from "../api/types/meta-v1.ts";
import { resourceOf } from "./kind.ts";
import type { Kind } from "./kind.ts";
import type { Call, Server } from "./server-state.ts";

/** What of an object this request has made itself, so that nobody else holds it yet. */
export type Own = "nothing" | "object" | "object and metadata";

/** Stores an object at the next revision and returns it with that version; a dry run only returns it. Hot: what is `own` is not copied. */
export function commit(server: Server, kind: Kind, object: ApiObject, call: Call, own: Own = "nothing"): ApiObject {
  if (call.dryRun) return object.metadata.resourceVersion === "" ? withoutVersion(object) : object;
  const { etcd } = server;
  const metadata: Draft<ObjectMeta> = own === "object and metadata" ? object.metadata : { ...object.metadata };
  metadata.resourceVersion = String(etcd.revision + 1);
  const stored: Draft<ApiObject> = own === "nothing" ? { ...object } : object;
  stored.metadata = metadata;
  const revision = etcd.txn([], [{ resource: resourceOf(kind), key: objectKey(stored), value: stored }]);
  assert(revision !== undefined, "a write without conditions succeeds");
  return stored;
}

/** Removes an object. */
export function remove(server: Server, kind: Kind, object: ApiObject, call: Call): void {
  if (call.dryRun) return;
  server.etcd.txn([], [{ resource: resourceOf(kind), key: objectKey(object) }]);
}

/** A new object that is not stored has no version. */
function withoutVersion(object: ApiObject): ApiObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return cast<ApiObject>({ ...object, metadata });
}

import type { ApiObject } from "../../api/object.ts";
import { cast } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";
import { forbidden, notFound } from "../failure.ts";
import type { Failure } from "../failure.ts";
import type { Kind } from "../kind.ts";
import { namespace as namespaceKind } from "../kinds/namespace.ts";
import type { Server } from "../server-state.ts";
import { cachedObject } from "../watch-cache.ts";

/** NamespaceLifecycle: nothing is created in a namespace that is absent or ends. */
export function namespaceProblem(server: Server, kind: Kind, object: ApiObject, now: Millis): Failure | undefined {
  const name = object.metadata.namespace ?? "";
  const namespace = namespaceOf(server, name, now);
  if (namespace === undefined) return notFound(cast<Kind>(namespaceKind), name);
  if (namespace.metadata.deletionTimestamp === undefined) return undefined;
  return forbidden(
    kind,
    object.metadata.name,
    `unable to create new content in namespace ${name} because it is being terminated`,
    [{ reason: "NamespaceTerminating", message: `namespace ${name} is being terminated`, field: "metadata.namespace" }],
  );
}

/** So long a server looks up in etcd a namespace that was deleted through it. */
const FORCE_LIVE_LOOKUP_MS: Millis = 30_000;

/** As this server's cache shows it; a namespace that is not in it, or was just deleted through this server, is looked up in etcd. */
function namespaceOf({ etcd, options: { cache } }: Server, name: string, now: Millis): ApiObject | undefined {
  if (cache === undefined || cache.held.size === 0) return etcd.get("namespaces", name);
  const deletedAt = cache.deletedNamespaces.get(name);
  if (deletedAt !== undefined && now < deletedAt + FORCE_LIVE_LOOKUP_MS) return etcd.get("namespaces", name);
  return cachedObject(cache, etcd, "namespaces", name) ?? etcd.get("namespaces", name);
}

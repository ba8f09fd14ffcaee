import type { ApiObject } from "../../api/object.ts";
import { cast } from "../../base/units.ts";
import { forbidden, notFound } from "../failure.ts";
import type { Failure } from "../failure.ts";
import type { Kind } from "../kind.ts";
import { namespace as namespaceKind } from "../kinds/namespace.ts";
import type { Server } from "../server-state.ts";

/** NamespaceLifecycle: nothing is created in a namespace that is absent or ends. */
export function namespaceProblem(server: Server, kind: Kind, object: ApiObject): Failure | undefined {
  const name = object.metadata.namespace ?? "";
  const namespace = server.etcd.get("namespaces", name);
  if (namespace === undefined) return notFound(cast<Kind>(namespaceKind), name);
  if (namespace.metadata.deletionTimestamp === undefined) return undefined;
  return forbidden(
    kind,
    object.metadata.name,
    `unable to create new content in namespace ${name} because it is being terminated`,
    [{ reason: "NamespaceTerminating", message: `namespace ${name} is being terminated`, field: "metadata.namespace" }],
  );
}

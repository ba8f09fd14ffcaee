import { cast } from "../../base/units.ts";
import type { Namespace } from "../../api/types/core-v1.ts";
import { nothing } from "../../client/controller.ts";
import type { Controller } from "../../client/controller.ts";
import { create, ignoring } from "../requests.ts";

const NAME = "default";

/** Gives every active namespace a ServiceAccount "default". */
export function serviceAccountController(): Controller<undefined> {
  return {
    name: "serviceaccount-controller",
    workers: 5,
    watches: [{ resource: "namespaces" }, { resource: "serviceaccounts" }],
    initialMemory: () => undefined,
    wakes({ resource, before, after }) {
      if (resource === "namespaces") return after === undefined ? [] : [{ key: after.metadata.name }];
      const gone = after === undefined && before?.metadata.name === NAME;
      return gone ? [{ key: before.metadata.namespace ?? "" }] : [];
    },
    reconcile({ key, listers }) {
      const namespace = cast<Namespace | undefined>(listers.of("namespaces").get(key));
      if (namespace === undefined || namespace.status?.phase !== "Active") return nothing;
      if (listers.of("serviceaccounts").get(`${key}/${NAME}`) !== undefined) return nothing;
      const body = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: NAME, namespace: key } };
      return { writes: [[ignoring(create("serviceaccounts", key, body), "AlreadyExists", "NotFound", "Forbidden")]] };
    },
  };
}

import { cast } from "../../base/units.ts";
import type { ConfigMap, Namespace } from "../../api/types/core-v1.ts";
import { nothing } from "../../client/controller.ts";
import type { Controller } from "../../client/controller.ts";
import { create, ignoring, update } from "../requests.ts";

const NAME = "kube-root-ca.crt";
const DESCRIPTION = "kubernetes.io/description";
const TEXT =
  "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the " +
  "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes " +
  "clusters.";
/** Stands for the cluster's certificate authority: nothing here speaks TLS. */
const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nc2hha2Vkb3du\n-----END CERTIFICATE-----\n";

/** Publishes the cluster's CA bundle as ConfigMap kube-root-ca.crt in every namespace. */
export function rootCaController(): Controller<undefined> {
  return {
    name: "root-ca-certificate-publisher-controller",
    workers: 5,
    watches: [{ resource: "namespaces" }, { resource: "configmaps" }],
    initialMemory: () => undefined,
    wakes({ resource, before, after }) {
      const object = after ?? before;
      if (object === undefined) return [];
      if (resource === "namespaces") return after === undefined ? [] : [{ key: object.metadata.name }];
      return object.metadata.name === NAME && before !== undefined ? [{ key: object.metadata.namespace ?? "" }] : [];
    },
    reconcile({ key, listers }) {
      const namespace = cast<Namespace | undefined>(listers.of("namespaces").get(key));
      if (namespace === undefined || namespace.status?.phase !== "Active") return nothing;
      const present = cast<ConfigMap | undefined>(listers.of("configmaps").get(`${key}/${NAME}`));
      const data = { "ca.crt": CERTIFICATE };
      if (present === undefined) {
        const metadata = { name: NAME, namespace: key, annotations: { [DESCRIPTION]: TEXT } };
        const write = create("configmaps", key, { apiVersion: "v1", kind: "ConfigMap", metadata, data });
        return { writes: [[ignoring(write, "AlreadyExists", "NotFound", "Forbidden")]] };
      }
      const described = (present.metadata.annotations?.[DESCRIPTION] ?? "") !== "";
      const same = present.data?.["ca.crt"] === CERTIFICATE && Object.keys(present.data).length === 1;
      if (same && described) return nothing;
      const annotations = { ...present.metadata.annotations, [DESCRIPTION]: TEXT };
      return {
        writes: [
          [update("configmaps", cast<ConfigMap>({ ...present, metadata: { ...present.metadata, annotations }, data }))],
        ],
      };
    },
  };
}

import type { Manifest } from "../api/object.ts";
import { userPolicy } from "../apiserver/authorization/bootstrap-policy.ts";

/** What kube-apiserver makes in every new cluster besides its namespaces: its own Service, and the users' roles. */
export const BOOTSTRAP: readonly Manifest[] = [
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { component: "apiserver", provider: "kubernetes" },
    },
    spec: { clusterIP: "10.96.0.1", ports: [{ name: "https", port: 443, targetPort: 6443 }] },
  },
  ...userPolicy(),
];

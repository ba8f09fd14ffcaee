import type { Manifest } from "../api/object.ts";
import { userPolicy } from "../apiserver/authorization/bootstrap-policy.ts";

/** Where the simulated API server would listen: an address of no node. */
const ADDRESS = "172.16.0.1";

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
  {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { "endpointslice.kubernetes.io/skip-mirror": "true" },
    },
    subsets: [{ addresses: [{ ip: ADDRESS }], ports: [{ name: "https", port: 6443 }] }],
  },
  {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { "kubernetes.io/service-name": "kubernetes" },
    },
    addressType: "IPv4",
    endpoints: [{ addresses: [ADDRESS], conditions: { ready: true } }],
    ports: [{ name: "https", port: 6443, protocol: "TCP" }],
  },
  ...userPolicy(),
];

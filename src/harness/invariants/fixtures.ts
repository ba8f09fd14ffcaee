import type { Overlay } from "./history.ts";

type Fixture = Overlay & { readonly kind: string };

/** A pod of one container in namespace default that asks for 1 CPU. */
export function pod(name: string, overlay: Overlay = {}): Fixture {
  return {
    apiVersion: "v1",
    kind: "Pod",
    ...overlay,
    metadata: { name, namespace: "default", generation: 1, ...overlay.metadata },
    spec: { containers: [{ name: "app", image: "app:1", resources: { requests: { cpu: "1" } } }], ...overlay.spec },
    status: { phase: "Pending", ...overlay.status },
  };
}

/** Status of a pod that runs and is ready. */
export function readyStatus(ip: string = "10.0.0.1"): { readonly [field: string]: unknown } {
  return {
    phase: "Running",
    podIP: ip,
    conditions: [
      { type: "ContainersReady", status: "True" },
      { type: "Ready", status: "True" },
    ],
    containerStatuses: [{ name: "app", ready: true, restartCount: 0 }],
  };
}

/** A node with 4 CPUs, 16 GiB and room for 10 pods. */
export function node(name: string, overlay: Overlay = {}): Fixture {
  return {
    apiVersion: "v1",
    kind: "Node",
    ...overlay,
    metadata: { name, ...overlay.metadata },
    spec: { ...overlay.spec },
    status: {
      allocatable: { cpu: "4", memory: "16Gi", pods: "10" },
      conditions: [{ type: "Ready", status: "True" }],
      ...overlay.status,
    },
  };
}

/** metadata.ownerReferences of an object that `owner` controls. */
export function controlledBy(
  kind: string,
  name: string,
  uid: string,
): readonly { readonly [field: string]: unknown }[] {
  return [{ apiVersion: "apps/v1", kind, name, uid, controller: true, blockOwnerDeletion: true }];
}

const template = (image: string): { readonly [field: string]: unknown } => ({
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "app", image }] },
});

/** Deployment default/web with 4 replicas, 25 % surge and unavailability; uid "deployment-web". */
export function deployment(overlay: Overlay = {}): Fixture {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    ...overlay,
    metadata: { name: "web", namespace: "default", uid: "deployment-web", generation: 1, ...overlay.metadata },
    spec: {
      replicas: 4,
      selector: { matchLabels: { app: "web" } },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
      template: template("app:1"),
      ...overlay.spec,
    },
    status: { ...overlay.status },
  };
}

/** ReplicaSet default/web-<suffix> of that Deployment; uid "rs-<suffix>"; its pods have image app:<suffix>. */
export function replicaSet(suffix: string, replicas: number, overlay: Overlay = {}): Fixture {
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    ...overlay,
    metadata: {
      name: `web-${suffix}`,
      namespace: "default",
      uid: `rs-${suffix}`,
      generation: 1,
      ownerReferences: controlledBy("Deployment", "web", "deployment-web"),
      ...overlay.metadata,
    },
    spec: {
      replicas,
      selector: { matchLabels: { app: "web", "pod-template-hash": suffix } },
      template: template(`app:${suffix}`),
      ...overlay.spec,
    },
    status: { replicas, ...overlay.status },
  };
}

/** A pod of ReplicaSet web-<suffix>. */
export function podOf(suffix: string, name: string, overlay: Overlay = {}): Fixture {
  return pod(name, {
    ...overlay,
    metadata: {
      labels: { app: "web", "pod-template-hash": suffix },
      ownerReferences: controlledBy("ReplicaSet", `web-${suffix}`, `rs-${suffix}`),
      ...overlay.metadata,
    },
  });
}

/** A Service "web" that selects app=web. */
export const webService: Fixture = {
  kind: "Service",
  metadata: { name: "web", namespace: "default" },
  spec: { clusterIP: "10.96.0.1", selector: { app: "web" }, ports: [{ port: 80 }] },
};

/** Its EndpointSlice, as the controller writes it. */
export function webSlice(endpoints: readonly object[]): Fixture {
  return {
    kind: "EndpointSlice",
    addressType: "IPv4",
    metadata: {
      name: "web-1",
      namespace: "default",
      labels: {
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        "kubernetes.io/service-name": "web",
      },
    },
    ports: [{ name: "", port: 8080 }],
    endpoints,
  };
}

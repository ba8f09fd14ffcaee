import type { Request } from "../api/request.ts";

/** Namespaces and priority classes that every cluster has from the start; with volumes, a default class that provisions them. */
export function bootstrap(send: (request: Request) => void, volumes: boolean): void {
  for (const name of ["default", "kube-system", "kube-public", "kube-node-lease"])
    send(create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } }));
  for (const [name, value] of [
    ["system-cluster-critical", 2_000_000_000],
    ["system-node-critical", 2_000_001_000],
  ] as const)
    send(
      create("priorityclasses.scheduling.k8s.io", {
        apiVersion: "scheduling.k8s.io/v1",
        kind: "PriorityClass",
        metadata: { name },
        value,
        globalDefault: false,
      }),
    );
  if (volumes)
    send(
      create("storageclasses.storage.k8s.io", {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
        provisioner: "shakedown.example/volumes",
        reclaimPolicy: "Delete",
        volumeBindingMode: "WaitForFirstConsumer",
      }),
    );
}

function create(resource: string, body: unknown): Request {
  return { verb: "create", resource, body, user: { name: "system:apiserver", groups: ["system:masters"] } };
}

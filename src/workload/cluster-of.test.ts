import { expect, test } from "vitest";
import { InputError } from "../base/input-error.ts";
import { findWorkload } from "./catalogue.ts";
import { clusterOf } from "./cluster-of.ts";
import { parseCatalogue } from "./parse-catalogue.ts";

const raw = {
  version: 1,
  nodeTemplates: { small: { spec: {}, status: { capacity: { cpu: "4" }, allocatable: { cpu: "4" } } } },
  podTemplates: { plain: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "pause" }] } } },
  volumeTemplates: {
    disk: { persistentVolume: { spec: { csi: { volumeHandle: "{name}" } } }, persistentVolumeClaim: { spec: {} } },
  },
  workloads: [
    {
      name: "Mixed",
      about: "a bit of all",
      ops: [
        { opcode: "createNamespaces", prefix: "ns-", count: 2, labels: { team: "devops" } },
        {
          opcode: "createNodes",
          template: "small",
          count: "$nodes",
          prefix: "node-",
          labels: { zone: ["a", "b"] },
          csiDrivers: { "ebs.csi.aws.com": 39 },
        },
        {
          opcode: "createPods",
          template: "plain",
          count: 5,
          namespace: "ns-",
          namespaces: 2,
          place: { rule: "pack", perNode: 2 },
          startTimes: true,
        },
        { opcode: "churn", every: 10, nodeTemplate: "small" },
        {
          opcode: "createPods",
          template: "plain",
          count: "$pods",
          namespace: "x",
          volume: "disk",
          collectMetrics: true,
        },
      ],
      sizes: { tiny: { nodes: 2, pods: 3 } },
    },
  ],
};

const catalogue = parseCatalogue(raw, "test.json");
const cluster = clusterOf(catalogue, findWorkload(catalogue, "Mixed"), { nodes: 2, pods: 3 });

test("clusterOf > nodes are named, labelled and counted by the size's parameters", () => {
  expect(cluster.nodes.map((node) => node.metadata.name)).toEqual(["node-00000", "node-00001"]);
  expect(cluster.nodes[1]?.metadata.labels).toEqual({ "kubernetes.io/hostname": "node-00001", zone: "b" });
});

test("clusterOf > bound pods are packed, spread over namespaces and started one second apart", () => {
  expect(cluster.bound.map((pod) => pod.spec.nodeName?.slice(-1))).toEqual(["0", "0", "1", "1", "0"]);
  expect(cluster.bound.map((pod) => pod.metadata.uid).slice(0, 2)).toEqual(["ns-0/init-0-00000", "ns-1/init-0-00001"]);
  expect(cluster.bound[3]?.status?.startTime).toBe("2026-01-01T00:00:03Z");
});

test("clusterOf > each measured pod has its own bound volume", () => {
  expect(cluster.measured[2]?.spec.volumes).toEqual([
    { name: "vol", persistentVolumeClaim: { claimName: "pvc-pod-00002" } },
  ]);
  const volume = cluster.objects.find((object) => object.metadata.name === "pv-pod-00002");
  expect(volume).toMatchObject({ spec: { csi: { volumeHandle: "pv-pod-00002" } }, status: { phase: "Bound" } });
});

test("clusterOf > a second expansion is equal and shares nothing with the first", () => {
  const again = clusterOf(catalogue, findWorkload(catalogue, "Mixed"), { nodes: 2, pods: 3 });
  expect(again.measured).toEqual(cluster.measured);
  expect(again.measured[0]?.spec.containers[0]).not.toBe(cluster.measured[1]?.spec.containers[0]);
});

test("parseCatalogue > a mistake is told with its path", () => {
  const bad = {
    ...raw,
    workloads: [{ ...raw.workloads[0], ops: [{ opcode: "createNamespaces", prefix: "a", count: -1 }] }],
  };
  expect(() => parseCatalogue(bad, "bad.json")).toThrow(InputError);
  expect(() => parseCatalogue(bad, "bad.json")).toThrow(/^bad\.json: workloads\.0\.ops\.0\.count: /);
});

test("findWorkload > an unknown name is answered with the known ones", () => {
  expect(() => findWorkload(catalogue, "Basic")).toThrow(/no workload is called "Basic"; there are Mixed/);
});

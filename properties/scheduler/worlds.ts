import fc from "fast-check";
import type { Node, Pod } from "../../src/api/types/core-v1.ts";
import { cast } from "../../src/base/units.ts";

const TAINTS = [
  { key: "gpu", effect: "NoSchedule" },
  { key: "old", effect: "PreferNoSchedule" },
  { key: "slow", value: "yes", effect: "PreferNoSchedule" },
];

/** A node of one of few sizes, with zone, disk, taints and images. */
export function arbitraryNode(name: string): fc.Arbitrary<Node> {
  return fc
    .record({
      cpu: fc.constantFrom("1", "2", "4", "3920m"),
      memory: fc.constantFrom("2Gi", "4Gi", "7823456Ki"),
      pods: fc.constantFrom("2", "4", "110"),
      zone: fc.constantFrom("a", "b", "c"),
      disk: fc.constantFrom("ssd", "hdd"),
      taints: fc.subarray(TAINTS),
      unschedulable: fc.boolean(),
      images: fc.subarray(["web:1", "db:2"]),
    })
    .map(({ cpu, memory, pods, zone, disk, taints, unschedulable, images }) =>
      cast<Node>({
        apiVersion: "v1",
        kind: "Node",
        metadata: {
          name,
          uid: `uid-${name}`,
          resourceVersion: "1",
          labels: { "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone, disk },
        },
        spec: { taints, ...(unschedulable && pods === "2" && { unschedulable }) },
        status: {
          allocatable: { cpu, memory, pods },
          images: images.map((image) => ({ names: [image], sizeBytes: 400_000_000 })),
        },
      }),
    );
}

/** A pod that only local plugins have to do with; few shapes, so that they recur. */
export const arbitraryPodSpec: fc.Arbitrary<object> = fc.record(
  {
    containers: fc.array(
      fc.record({
        name: fc.constant("c"),
        image: fc.constantFrom("web:1", "db:2", "other"),
        resources: fc.record({
          requests: fc.constantFrom({}, { cpu: "100m" }, { cpu: "1", memory: "1Gi" }, { memory: "300Mi" }),
        }),
        ports: fc.constantFrom([], [], [{ containerPort: 80, hostPort: 8080 }]),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    tolerations: fc.constantFrom([], [{ key: "gpu", operator: "Exists" }], [{ operator: "Exists" }]),
    nodeSelector: fc.constantFrom({ disk: "ssd" }, { disk: "hdd" }),
    affinity: fc.constantFrom(
      {},
      {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 3, preference: { matchExpressions: [{ key: "disk", operator: "In", values: ["ssd"] }] } },
          ],
        },
      },
    ),
  },
  { requiredKeys: ["containers"] },
);

/** The pod with this place in a run. */
export function podOf(spec: object, index: number): Pod {
  return cast<Pod>({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `p${index}`, namespace: "default", uid: `uid-p${index}`, resourceVersion: "1" },
    spec: { schedulerName: "default-scheduler", ...spec },
  });
}

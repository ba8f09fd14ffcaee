import fc from "fast-check";
import { expect, test } from "vitest";
import type { ApiObject } from "../../src/api/object.ts";
import type { Pod } from "../../src/api/types/core-v1.ts";
import { cast } from "../../src/base/units.ts";
import { createAlgorithm } from "../../src/scheduler/algorithm.ts";
import { type Change, World } from "./related-worlds.ts";
import { arbitraryNode } from "./worlds.ts";

const NODES = 8;
const CLAIMS = 30;
const DRIVER = "ebs.csi.aws.com";
const nodes = fc.tuple(...Array.from({ length: NODES }, (_, i) => arbitraryNode(`n${i}`)));

function change(resource: string, key: string, object: object | undefined): Change {
  return { resource, key, object: object === undefined ? undefined : cast<ApiObject>(object) };
}

const csiNode = fc
  .record({ node: fc.nat(NODES - 1), count: fc.constantFrom(undefined, 1, 2, 3, 3), there: fc.boolean() })
  .map(({ node, count, there }) =>
    change(
      "csinodes.storage.k8s.io",
      `n${node}`,
      there
        ? {
            metadata: { name: `n${node}` },
            spec: { drivers: [{ name: DRIVER, ...(count !== undefined && { allocatable: { count } }) }] },
          }
        : undefined,
    ),
  );
const volume = fc
  .record({
    i: fc.nat(CLAIMS - 1),
    source: fc.constantFrom<"csi" | "ebs">("csi", "csi", "ebs"),
    zone: fc.constantFrom(undefined, undefined, undefined, undefined, "a"),
    there: fc.constantFrom(true, true, true, false),
  })
  .map(({ i, source, zone, there }) =>
    change(
      "persistentvolumes",
      `pv${i}`,
      there
        ? {
            metadata: { name: `pv${i}`, labels: zone === undefined ? {} : { "topology.kubernetes.io/zone": zone } },
            spec:
              source === "csi"
                ? { csi: { driver: DRIVER, volumeHandle: `h${i}` } }
                : { awsElasticBlockStore: { volumeID: `h${i}` } },
          }
        : undefined,
    ),
  );
const claim = fc
  .record({
    i: fc.nat(CLAIMS - 1),
    bound: fc.constantFrom(true, true, true, true, false),
    mode: fc.constantFrom("ReadWriteOnce", "ReadWriteOnce", "ReadWriteOncePod"),
  })
  .map(({ i, bound, mode }) => claimChange(i, bound, mode));

function claimChange(i: number, bound: boolean, mode: string): Change {
  return change("persistentvolumeclaims", `default/c${i}`, {
    metadata: {
      namespace: "default",
      name: `c${i}`,
      annotations: bound ? { "pv.kubernetes.io/bind-completed": "yes" } : {},
    },
    spec: { accessModes: [mode], ...(bound && { volumeName: `pv${i}` }) },
  });
}

const step = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant("schedule" as const),
      claims: fc.constantFrom(1, 1, 1, 2, 0),
      shared: fc.constantFrom(false, false, false, false, true),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.oneof(csiNode, volume, claim).map((one) => ({ do: "change" as const, change: one })) },
);

test("pods with claims are placed alike, whether attached volumes are counted in columns or node by node", () => {
  let fastDecisions = 0;
  const refused = new Map<string, number>();
  fc.assert(
    fc.property(
      nodes,
      fc.array(csiNode, { maxLength: NODES }),
      fc.array(fc.oneof(volume, claim), { maxLength: 4 }),
      fc.array(step, { minLength: 25, maxLength: 50 }),
      fc.constantFrom(0, 100),
      (cluster, csiNodes, odd, steps, percentageOfNodesToScore) => {
        const world = new World();
        for (let i = 0; i < CLAIMS; i += 1) {
          world.set(claimChange(i, true, "ReadWriteOnce"));
          world.set(
            change("persistentvolumes", `pv${i}`, {
              metadata: { name: `pv${i}` },
              spec: { csi: { driver: DRIVER, volumeHandle: `h${i}` } },
            }),
          );
        }
        for (const one of [...csiNodes, ...odd]) world.set(one);
        const options = { volumes: true, objects: world.view, percentageOfNodesToScore } as const;
        const both = [createAlgorithm(options), createAlgorithm({ ...options, fast: false })];
        for (const one of both) for (const node of cluster) one.addNode(node);
        const placed: Pod[] = [];
        let next = 0;
        for (const [i, one] of steps.entries()) {
          if (one.do === "change") world.set(one.change);
          else if (one.do === "delete") {
            const [pod] = placed.splice(one.which % Math.max(placed.length, 1), 1);
            if (pod !== undefined) for (const algorithm of both) algorithm.removePod(pod);
          } else {
            const claims = Array.from({ length: one.claims }, () => (one.shared ? 0 : (next += 1) % CLAIMS));
            const pod = cast<Pod>({
              metadata: { namespace: "default", name: `p${i}`, uid: `uid-p${i}` },
              spec: {
                schedulerName: "default-scheduler",
                containers: [{ name: "c", image: "web:1", resources: { requests: { cpu: "100m" } } }],
                tolerations: [{ operator: "Exists" }],
                volumes: claims.map((at, k) => ({ name: `v${k}`, persistentVolumeClaim: { claimName: `c${at}` } })),
              },
            });
            const [decided, expected] = both.map((algorithm) => algorithm.schedule(pod));
            expect(decided).toEqual(expected);
            const node = decided?.node;
            if (node === undefined) continue;
            for (const algorithm of both) algorithm.assume(pod, node);
            placed.push({ ...pod, spec: { ...pod.spec, nodeName: node } });
          }
        }
        fastDecisions += both[0]?.fastDecisions ?? 0;
        for (const [reason, n] of both[0]?.paths?.refused ?? []) refused.set(reason, (refused.get(reason) ?? 0) + n);
      },
    ),
    { numRuns: 150 },
  );
  expect(fastDecisions).toBeGreaterThan(1000);
  expect(refused.get("volumes")).toBeGreaterThan(50);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import type { ApiObject } from "../../src/api/object.ts";
import type { Pod } from "../../src/api/types/core-v1.ts";
import { cast } from "../../src/base/units.ts";
import { createPreemptingAlgorithm } from "../../src/workload/preempting-algorithm.ts";
import { arbitraryRelatedNode, arbitraryRelatedPod, World } from "./related-worlds.ts";
import { arbitraryPodSpec } from "./worlds.ts";

const NODES = 10;
const nodes = fc.tuple(...Array.from({ length: NODES }, (_, i) => arbitraryRelatedNode(`n${i}`)));
const plain = arbitraryPodSpec.map((spec) => ({ metadata: { namespace: "blue", labels: { app: "web" } }, spec }));
const kind = fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: arbitraryRelatedPod });
const budget = fc.record({ allowed: fc.nat(2), app: fc.constantFrom("web", "db") }).map(({ allowed, app }) => ({
  resource: "poddisruptionbudgets.policy",
  key: `blue/${app}`,
  object: cast<ApiObject>({
    metadata: { namespace: "blue", name: app },
    spec: { selector: { matchLabels: { app } } },
    status: { disruptionsAllowed: allowed },
  }),
}));
const scheduling = fc.record({
  do: fc.constant("schedule" as const),
  kind: fc.nat(),
  priority: fc.constantFrom(0, 0, 1, 5),
});
const step = fc.oneof(
  { weight: 12, arbitrary: scheduling },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("budget" as const), budget }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), which: fc.nat() }) },
);

test("pods that make room for themselves evict the same pods whether columns or the scalar path decide", () => {
  let victims = 0;
  let failed = 0;
  fc.assert(
    fc.property(
      nodes,
      fc.array(kind, { minLength: 2, maxLength: 4 }),
      fc.array(step, { minLength: 60, maxLength: 100 }),
      (cluster, kinds, steps) => {
        const world = new World();
        const both = [true, false].map((fast) => createPreemptingAlgorithm({ fast, objects: world.view }));
        for (const one of both) for (const node of cluster) one.addNode(node);
        const placed: Pod[] = [];
        for (const [i, one] of steps.entries()) {
          if (one.do === "budget") world.set(one.budget);
          else if (one.do === "delete") {
            const [pod] = placed.splice(one.which % Math.max(placed.length, 1), 1);
            if (pod !== undefined) for (const algorithm of both) algorithm.removePod(pod);
          } else {
            const { priority } = one;
            const shape = kinds[one.kind % kinds.length] as (typeof kinds)[number];
            const pod = cast<Pod>({
              metadata: { ...structuredClone(shape.metadata), name: `p${i}`, uid: `uid-p${i}`, resourceVersion: "1" },
              spec: { schedulerName: "default-scheduler", priority, ...structuredClone(shape.spec) },
              status: { startTime: `2026-01-01T00:0${i % 7}:00Z` },
            });
            const [decided, expected] = both.map((algorithm) => algorithm.schedule(pod));
            expect(decided).toEqual(expected);
            const node = decided?.node;
            if (node !== undefined) {
              for (const algorithm of both) algorithm.assume(pod, node);
              placed.push({ ...pod, spec: { ...pod.spec, nodeName: node } });
            }
          }
          expect(both[0]?.victims).toEqual(both[1]?.victims);
        }
        victims += both[0]?.victims.length ?? 0;
        failed += both[0]?.paths?.failed ?? 0;
      },
    ),
    { numRuns: 150 },
  );
  expect(victims).toBeGreaterThan(300);
  expect(failed).toBeGreaterThan(300);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { createAlgorithm } from "../../src/scheduler/algorithm.ts";
import { arbitraryNode, arbitraryPodSpec, podOf } from "./worlds.ts";

const NODES = 12;
const nodes = fc.tuple(...Array.from({ length: NODES }, (_, i) => arbitraryNode(`n${i}`)));
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("schedule" as const), spec: arbitraryPodSpec }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("forget" as const), which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc
      .nat(NODES - 1)
      .chain((i) => fc.record({ do: fc.constant("update" as const), node: arbitraryNode(`n${i}`) })),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("remove" as const), name: fc.nat(NODES - 1).map((i) => `n${i}`) }),
  },
);

test("columns decide as the scalar path does, and take part", () => {
  let fastDecisions = 0;
  fc.assert(
    fc.property(
      nodes,
      fc.array(step, { minLength: 20, maxLength: 40 }),
      fc.constantFrom(0, 30, 100),
      (cluster, steps, percentage) => {
        const fast = createAlgorithm({ fast: true, percentageOfNodesToScore: percentage });
        const scalar = createAlgorithm({ fast: false, percentageOfNodesToScore: percentage });
        for (const node of cluster) for (const algorithm of [fast, scalar]) algorithm.addNode(node);
        const placed: ReturnType<typeof podOf>[] = [];
        for (const [i, one] of steps.entries()) {
          if (one.do === "update") for (const algorithm of [fast, scalar]) algorithm.updateNode(one.node);
          else if (one.do === "remove") for (const algorithm of [fast, scalar]) algorithm.removeNode(one.name);
          else if (one.do === "forget") {
            const [pod] = placed.splice(one.which % Math.max(placed.length, 1), 1);
            if (pod !== undefined) for (const algorithm of [fast, scalar]) algorithm.forget(pod);
          } else {
            const pod = podOf(one.spec, i);
            const decided = fast.schedule(pod);
            expect(decided).toEqual(scalar.schedule(pod));
            if (decided.node === undefined) continue;
            for (const algorithm of [fast, scalar]) algorithm.assume(pod, decided.node);
            placed.push(pod);
          }
        }
        fastDecisions += fast.fastDecisions;
        expect(scalar.fastDecisions).toBe(0);
      },
    ),
    { numRuns: 150 },
  );
  expect(fastDecisions).toBeGreaterThan(1000);
});

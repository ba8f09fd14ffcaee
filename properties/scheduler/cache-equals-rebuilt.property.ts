import fc from "fast-check";
import { expect, test } from "vitest";
import type { Pod } from "../../src/api/types/core-v1.ts";
import {
  assumePod,
  emptyCache,
  forgetPod,
  putNode,
  putPod,
  removeNode,
  removePod,
} from "../../src/scheduler/cache/cache.ts";
import type { SchedulerCache } from "../../src/scheduler/cache/cache.ts";
import { cast } from "../../src/base/units.ts";
import { boundTo, podUid } from "../../src/scheduler/cache/pod-info.ts";
import { arbitraryNode, arbitraryPodSpec, podOf } from "./worlds.ts";

const NODES = 4;
const step = fc.oneof(
  fc.record({
    do: fc.constantFrom("put", "assume", "forget", "remove", "move", "report", "resize"),
    pod: fc.nat(9),
    node: fc.nat(NODES - 1),
  }),
  fc.nat(NODES - 1).chain((i) => fc.record({ do: fc.constant("node" as const), object: arbitraryNode(`n${i}`) })),
  fc.record({ do: fc.constant("removeNode" as const), node: fc.nat(NODES - 1) }),
);

/** The pod with another status; "resize": one that says what it was given. */
function reported(pod: Pod, how: "report" | "resize"): Pod {
  const containerStatuses = pod.spec.containers.map(({ name }) => ({ name, resources: { requests: { cpu: "700m" } } }));
  const status = how === "report" ? { phase: "Running" } : cast<Pod["status"]>({ containerStatuses });
  return { ...pod, ...(status !== undefined && { status }) };
}

/** Sums of a node, ports that two pods share aside: upstream frees these too early on purpose. */
function sums(cache: SchedulerCache): unknown {
  return [...cache.nodes.values()]
    .map((info) => ({
      name: info.name,
      known: info.node !== undefined,
      pods: info.pods.map(podUid).sort(),
      requested: { ...info.requested, scalars: [...info.requested.scalars].filter(([, value]) => value !== 0) },
      nonZero: [info.nonZeroCpuMilli, info.nonZeroMemory],
      allocatable: info.allocatable,
      allowedPods: info.allowedPods,
      affinity: info.podsWithAffinity.map(podUid).sort(),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

test("a cache that went through changes equals one that is built from what is left", () => {
  fc.assert(
    fc.property(
      fc.array(arbitraryPodSpec, { minLength: 10, maxLength: 10 }),
      fc.array(step, { maxLength: 60 }),
      (specs, steps) => {
        const cache = emptyCache();
        const pods = specs.map(podOf);
        const left = new Map<string, Pod>();
        const nodes = new Map<string, Parameters<typeof putNode>[1]>();
        for (const one of steps) {
          if (one.do === "node") {
            putNode(cache, one.object);
            nodes.set(one.object.metadata.name, one.object);
          } else if (one.do === "removeNode") {
            removeNode(cache, `n${one.node}`);
            nodes.delete(`n${one.node}`);
          } else {
            const pod = boundTo(pods[one.pod] as Pod, `n${one.node}`);
            const uid = podUid(pod);
            const known = cache.pods.get(uid);
            if (one.do === "assume") {
              if (known !== undefined) continue;
              assumePod(cache, pod);
              left.set(uid, pod);
            } else if (one.do === "forget") {
              if (forgetPod(cache, uid)) left.delete(uid);
            } else if (one.do === "remove") {
              removePod(cache, pod);
              left.delete(uid);
            } else {
              const told =
                known === undefined || one.do === "put" || one.do === "move" ? pod : reported(known.pod, one.do);
              putPod(cache, told);
              left.set(uid, told);
            }
          }
        }
        const rebuilt = emptyCache();
        for (const node of nodes.values()) putNode(rebuilt, node);
        for (const pod of left.values()) putPod(rebuilt, pod);
        expect(sums(cache)).toEqual(sums(rebuilt));
      },
    ),
    { numRuns: 200 },
  );
});

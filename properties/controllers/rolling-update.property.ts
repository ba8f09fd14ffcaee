import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cast } from "../../src/base/units.ts";
import type { Deployment, ReplicaSet } from "../../src/api/types/apps-v1.ts";
import { desiredReplicas, maxSurge, minAvailable, sizeOf, totalSize } from "../../src/controllers/deployment/budget.ts";
import { allOf } from "../../src/controllers/deployment/history.ts";
import type { History } from "../../src/controllers/deployment/history.ts";
import { proportionalSizes } from "../../src/controllers/deployment/proportion.ts";
import { rollingStep } from "../../src/controllers/deployment/rolling.ts";

const bound = fc.oneof(
  fc.nat(5),
  fc.integer({ min: 0, max: 150 }).map((percent) => `${percent}%`),
);
const size = fc
  .nat(12)
  .chain((replicas) => fc.record({ replicas: fc.constant(replicas), available: fc.nat(replicas) }));

const rollout = fc
  .record({
    replicas: fc.nat(20),
    surge: bound,
    unavailable: bound,
    sizes: fc.array(size, { minLength: 1, maxLength: 5 }),
  })
  .map(({ replicas, surge, unavailable, sizes }) => {
    const deployment = cast<Deployment>({
      metadata: { name: "web" },
      spec: {
        replicas,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } },
      },
    });
    const [newReplicaSet, ...old] = sizes.map((one, i) =>
      cast<ReplicaSet>({
        metadata: { name: `web-${i}`, uid: `${i}`, creationTimestamp: `2026-01-01T00:00:0${9 - i}Z` },
        spec: { replicas: one.replicas },
        status: { replicas: one.replicas, availableReplicas: one.available },
      }),
    );
    return {
      deployment,
      history: cast<History>({ newReplicaSet, old }),
      newReplicaSet: cast<ReplicaSet>(newReplicaSet),
    };
  });

describe("a step of a rolling update", () => {
  it("never grows beyond the surge", () => {
    fc.assert(
      fc.property(rollout, ({ deployment, history, newReplicaSet }) => {
        const before = totalSize(allOf(history));
        const steps = rollingStep(deployment, history, newReplicaSet);
        const after = before + steps.reduce((sum, { replicaSet, size: to }) => sum + to - sizeOf(replicaSet), 0);
        expect(after).toBeLessThanOrEqual(Math.max(before, desiredReplicas(deployment) + maxSurge(deployment)));
      }),
    );
  });

  it("takes from old ReplicaSets only what the minimum does not need", () => {
    fc.assert(
      fc.property(rollout, ({ deployment, history, newReplicaSet }) => {
        const resized = new Map(
          rollingStep(deployment, history, newReplicaSet).map((step) => [step.replicaSet, step.size]),
        );
        if (resized.has(newReplicaSet)) return;
        // Unavailable replicas go first, so what stays available is the smaller of the two.
        const stays = (set: ReplicaSet): number =>
          Math.min(resized.get(set) ?? sizeOf(set), set.status?.availableReplicas ?? 0);
        const available = allOf(history).reduce((sum, set) => sum + (set.status?.availableReplicas ?? 0), 0);
        const left = allOf(history).reduce((sum, set) => sum + stays(set), 0);
        expect(left).toBeGreaterThanOrEqual(Math.min(available, minAvailable(deployment)));
      }),
    );
  });
});

describe("proportional scaling", () => {
  it("gives every replica to some ReplicaSet", () => {
    fc.assert(
      fc.property(rollout, ({ deployment, history }) => {
        const active = allOf(history).filter((set) => sizeOf(set) > 0);
        fc.pre(active.length > 1 && desiredReplicas(deployment) > 0);
        const total = proportionalSizes(deployment, active).reduce((sum, one) => sum + one.size, 0);
        expect(total).toBeGreaterThanOrEqual(desiredReplicas(deployment) + maxSurge(deployment));
      }),
    );
  });
});

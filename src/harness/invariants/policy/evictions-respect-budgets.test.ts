import { expect, test } from "vitest";
import { pod, readyStatus } from "../fixtures.ts";
import { play } from "../history.ts";
import { evictionsRespectBudgets } from "./evictions-respect-budgets.ts";

const labels = { app: "web" };
const budget = {
  kind: "PodDisruptionBudget",
  metadata: { name: "web", namespace: "default", generation: 1 },
  spec: { minAvailable: 1, selector: { matchLabels: labels } },
  status: { desiredHealthy: 1, disruptionsAllowed: 1 },
};
const ready = { metadata: { labels }, status: readyStatus() };
const evict = {
  metadata: { deletionTimestamp: "2026-01-01T00:01:30Z" },
  status: {
    conditions: [
      { type: "Ready", status: "True" },
      { type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI" },
    ],
  },
};

test("accepts evictions within the budget, and a pod lost by itself that the budget has not seen", () => {
  expect(
    play(evictionsRespectBudgets, (h) => {
      h.create(budget);
      for (const name of ["a", "b", "c"]) h.create(pod(name, ready));
      h.at(60_000, "kubelet/n1").update("pods", "default/c", { status: { conditions: [] } });
      h.at(60_001, "kubectl").update("pods", "default/a", evict);
      h.update("pods", "default/b", evict);
    }),
  ).toEqual([]);
});

test("rejects an eviction too many", () => {
  expect(
    play(evictionsRespectBudgets, (h) => {
      h.create(budget);
      for (const name of ["a", "b"]) h.create(pod(name, ready));
      h.at(60_000, "kubectl").update("pods", "default/a", evict);
      h.update("pods", "default/b", evict);
    })[0]?.sentence,
  ).toBe("It was evicted, which leaves 0 healthy pods to PodDisruptionBudget web, which wants 1.");
});

test("promises nothing while a pod that was relabelled out of the budget is still counted", () => {
  const relabelled = (counted: boolean): number =>
    play(evictionsRespectBudgets, (h) => {
      h.create(budget);
      for (const name of ["a", "b"]) h.create(pod(name, ready));
      h.at(60_000, "kubectl").update("pods", "default/a", { metadata: { labels: { app: "other" } } });
      const by = "kube-controller-manager";
      if (counted)
        h.at(60_001, by).update("poddisruptionbudgets.policy", "default/web", { status: { currentHealthy: 1 } });
      h.at(70_000, "kubectl").update("pods", "default/b", evict);
    }).length;
  expect(relabelled(false)).toBe(0);
  expect(relabelled(true)).toBe(1);
});

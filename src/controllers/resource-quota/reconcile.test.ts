import { expect, test } from "vitest";
import type { ApiObject } from "../../api/object.ts";
import { objectKey } from "../../api/object.ts";
import { cast } from "../../base/units.ts";
import type { Lister, Listers } from "../../client/informer.ts";
import { resourceQuotaController } from "./controller.ts";
import { reconcileQuota } from "./reconcile.ts";

const quota = (hard: object, status?: object): ApiObject =>
  cast({ kind: "ResourceQuota", metadata: { name: "q", namespace: "a" }, spec: { hard }, status });
const pod = (name: string, cpu: string, more: object = {}): ApiObject =>
  cast({
    kind: "Pod",
    metadata: { name, namespace: "a" },
    spec: { containers: [{ resources: { requests: { cpu } } }] },
    ...more,
  });

function listers(stored: { readonly [resource: string]: readonly ApiObject[] }): Listers {
  const of = (resource: string): Lister => {
    const objects = stored[resource] ?? [];
    return {
      get: (key) => objects.find((object) => objectKey(object) === key),
      list: () => objects,
      byIndex: () => objects,
      size: objects.length,
    };
  };
  return { of };
}

function written(stored: { readonly [resource: string]: readonly ApiObject[] }, now = 0): unknown {
  const sync = { key: "a/q", now, listers: listers(stored), expectationsSatisfied: true, replies: [] };
  const { writes } = reconcileQuota({ ...sync, memory: undefined, random: () => 0 });
  return writes.flat().map(({ request }) => cast<{ readonly status: unknown }>(request.body).status);
}

test("counts what is there, and pods that have not ended; an item that nobody can count keeps its value", () => {
  const hard = { pods: "5", "count/pods": "9", "requests.cpu": "2", configmaps: "3", "count/widgets.example.com": "1" };
  const used = { pods: "1", "count/widgets.example.com": "1" };
  const pods = [
    pod("one", "500m"),
    pod("two", "250m"),
    pod("done", "1", { status: { phase: "Succeeded" } }),
    pod("late", "1", {
      metadata: {
        name: "late",
        namespace: "a",
        deletionTimestamp: "2026-01-01T00:00:00Z",
        deletionGracePeriodSeconds: 30,
      },
    }),
  ];
  const stored = { resourcequotas: [quota(hard, { hard, used })], pods };
  const counted = { configmaps: "0", "count/widgets.example.com": "1" };
  expect(written(stored, 31_000)).toEqual([
    { hard, used: { ...counted, pods: "2", "count/pods": "4", "requests.cpu": "750m" } },
  ]);
  expect(written(stored, 29_000)).toEqual([
    { hard, used: { ...counted, pods: "3", "count/pods": "4", "requests.cpu": "1750m" } },
  ]);
});

test("writes nothing when the status says so already, in whatever form", () => {
  const hard = { "requests.cpu": "2" };
  const stored = (used: string): object => ({
    resourcequotas: [quota(hard, { hard, used: { "requests.cpu": used } })],
    pods: [pod("one", "500m")],
  });
  expect(written(cast(stored("0.5")))).toEqual([]);
  expect(written(cast(stored("1")))).toEqual([{ hard, used: { "requests.cpu": "500m" } }]);
});

test("new limits and what goes away wake it; what comes does not, and neither does its own status", () => {
  const { wakes } = resourceQuotaController();
  const mine = quota({ pods: "1" }, { hard: { pods: "1" }, used: { pods: "1" } });
  const among = listers({ resourcequotas: [mine] });
  const one = pod("one", "1");
  expect(wakes({ resource: "resourcequotas", after: mine }, among)).toEqual([{ key: "a/q" }]);
  expect(wakes({ resource: "resourcequotas", before: quota({ pods: "1" }), after: mine }, among)).toEqual([]);
  expect(wakes({ resource: "pods", after: one }, among)).toEqual([]);
  expect(wakes({ resource: "pods", before: one }, among)).toEqual([{ key: "a/q" }]);
  expect(wakes({ resource: "configmaps", before: one }, among)).toEqual([]);
  const ended = pod("one", "1", { status: { phase: "Failed" } });
  expect(wakes({ resource: "pods", before: one, after: ended }, among)).toEqual([{ key: "a/q" }]);
});

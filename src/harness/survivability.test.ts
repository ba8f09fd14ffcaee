import { expect, test } from "vitest";
import { cast } from "../base/units.ts";
import type { Pod } from "../api/types/core-v1.ts";
import { controlledBy, deployment, node, pod } from "./invariants/fixtures.ts";
import type { Overlay } from "./invariants/history.ts";
import { History } from "./invariants/history.ts";
import { excuseOfPod, excuseOfWorkload } from "./survivability.ts";
import { plannedTrouble } from "./survivability/planned-trouble.ts";

function excuse(
  overlay: Overlay,
  prepare: (h: History) => void = (h) => void h.create(node("n1")),
): string | undefined {
  const h = new History();
  prepare(h);
  return excuseOfPod(cast<Pod>(h.create(pod("a", overlay))), h.world);
}

const spread = (topologyKey: string): Overlay => ({
  metadata: { labels: { app: "web" } },
  spec: {
    containers: [{ name: "app" }],
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey, whenUnsatisfiable: "DoNotSchedule", labelSelector: { matchLabels: { app: "web" } } },
    ],
  },
});

test("a pod that fits has no excuse", () => {
  expect(excuse({})).toBeUndefined();
});

test.each<[string, Overlay, string]>([
  [
    "too large",
    { spec: { containers: [{ name: "app", resources: { requests: { cpu: "5" } } }] } },
    "no node fits it: it lacks cpu (1 node)",
  ],
  ["a node selector", { spec: { nodeSelector: { disk: "ssd" } } }, "no node fits it: its labels do not match (1 node)"],
  ["a gate", { spec: { schedulingGates: [{ name: "g" }] } }, "it has the scheduling gate g"],
  ["another scheduler", { spec: { schedulerName: "mine" } }, "it waits for the scheduler mine"],
  [
    "a missing claim",
    { spec: { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "data" } }] } },
    "its claim data does not exist",
  ],
  ["a lost node", { spec: { nodeName: "n9" } }, "its node n9 is gone"],
  [
    "a missing image",
    {
      spec: { nodeName: "n1" },
      status: { containerStatuses: [{ name: "app", state: { waiting: { reason: "ImagePullBackOff" } } }] },
    },
    "its container app is in ImagePullBackOff",
  ],
  [
    "a finalizer",
    { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["x/y"] } },
    "the finalizer x/y holds it",
  ],
])("%s is an excuse", (_what, overlay, sentence) => {
  expect(excuse(overlay)).toBe(sentence);
});

test("a node that is off, tainted or taken is an excuse", () => {
  expect(
    excuse({ spec: { nodeName: "n1" } }, (h) => {
      h.create(node("n1"));
      h.dark.add("n1");
    }),
  ).toBe("its node n1 is off");
  expect(
    excuse({}, (h) => void h.create(node("n1", { spec: { taints: [{ key: "k", effect: "NoSchedule" }] } }))),
  ).toContain("the taint k:NoSchedule is not tolerated");
  expect(
    excuse({}, (h) => {
      h.create(node("n1"));
      h.create(
        pod("b", { spec: { nodeName: "n1", containers: [{ name: "app", resources: { requests: { cpu: "4" } } }] } }),
      );
    }),
  ).toContain("it lacks cpu");
});

test("topology spread is an excuse where one more pod is too many", () => {
  const zones = (h: History): void => {
    h.create(node("n1", { metadata: { labels: { zone: "a" } } }));
    h.create(node("n2", { metadata: { labels: { zone: "b" } }, spec: { unschedulable: true } }));
    h.create(pod("b", { ...spread("zone"), spec: { ...spread("zone").spec, nodeName: "n1" } }));
  };
  expect(excuse(spread("zone"), zones)).toBe(
    "no node fits it: topology spread forbids it (1 node), it is cordoned (1 node)",
  );
});

test("required anti-affinity works both ways", () => {
  const anti = {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: { app: "web" } } },
      ],
    },
  };
  const taken = (h: History): void => {
    h.create(node("n1"));
    h.create(
      pod("b", {
        metadata: { labels: { app: "db" } },
        spec: { nodeName: "n1", containers: [{ name: "app" }], affinity: anti },
      }),
    );
  };
  expect(excuse({ metadata: { labels: { app: "web" } } }, taken)).toContain("required anti-affinity forbids it");
  expect(excuse({ metadata: { labels: { app: "other" } } }, taken)).toBeUndefined();
});

test("a workload is excused by its pause, by its pods and by a quota", () => {
  const h = new History();
  h.create(node("n1"));
  expect(excuseOfWorkload(h.create(deployment({ spec: { paused: true } })), h.world)).toBe("it is paused");
  const big = h.create(deployment({ metadata: { name: "big", uid: "big" } }));
  expect(excuseOfWorkload(big, h.world)).toBeUndefined();
  h.create(
    pod("p", {
      metadata: { ownerReferences: controlledBy("Deployment", "big", "big") },
      spec: { schedulingGates: [{ name: "g" }] },
    }),
  );
  expect(excuseOfWorkload(big, h.world)).toBe("Pod p cannot: it has the scheduling gate g");
  const quiet = h.create(deployment({ metadata: { name: "quiet", namespace: "shop", uid: "quiet" } }));
  h.create({
    kind: "ResourceQuota",
    metadata: { name: "q", namespace: "shop" },
    status: { hard: { pods: "3" }, used: { pods: "3" } },
  });
  expect(excuseOfWorkload(quiet, h.world)).toBe("ResourceQuota q has no pods left");
});

test("image rules tell which pods can never be ready", () => {
  const trouble = plannedTrouble([
    { image: "registry/*:bad", missing: true },
    { image: "once:*", runsForMs: 5, exitCode: 1 },
    { image: "deaf:1", readyAfterMs: "never" },
  ]);
  const running = (image: string, more: object = {}): Pod =>
    cast<Pod>(pod("a", { spec: { nodeName: "n1", containers: [{ name: "app", image, ...more }] } }));
  expect(trouble(running("registry/shop/web:bad"))).toBe("its image registry/shop/web:bad cannot be pulled");
  expect(trouble(running("registry/shop/web:good"))).toBeUndefined();
  expect(trouble(running("once:2"))).toBe("its container app ends by itself");
  expect(trouble(running("deaf:1"))).toBeUndefined();
  expect(trouble(running("deaf:1", { readinessProbe: {} }))).toBe("its container app never passes a probe");
});

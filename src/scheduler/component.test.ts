import { expect, test } from "vitest";
import type { ApiObject } from "../api/object.ts";
import { present } from "../base/assert.ts";
import { cast } from "../base/units.ts";
import type { Sent } from "./fixtures.ts";
import { bench, done, gone, node, pod, refused } from "./fixtures.ts";

test("kube-scheduler > a pod is bound to the only node with room, and the success is told", () => {
  const scheduler = bench();
  scheduler.start();
  scheduler.show("nodes", node("small", "100m"));
  scheduler.show("nodes", node("big", "4"));
  scheduler.show("pods", pod("web", "1"));
  scheduler.run(10);
  const sent = present(scheduler.requests[0], "a request");
  expect(sent.request).toMatchObject({
    verb: "create",
    resource: "pods",
    subresource: "binding",
    name: "web",
    namespace: "default",
  });
  expect(sent.request.body).toMatchObject({
    kind: "Binding",
    metadata: { uid: "uid-web" },
    target: { kind: "Node", name: "big" },
  });
  scheduler.reply(sent, { ok: true, code: 201, object: pod("web", "1") });
  expect(scheduler.events.map(({ reason, message }) => [reason, message])).toEqual([
    ["Scheduled", "Successfully assigned default/web to big"],
  ]);
});

test("kube-scheduler > an idle scheduler sets no timers", () => {
  const scheduler = bench();
  scheduler.start();
  scheduler.show("nodes", node("n", "4"));
  scheduler.show("pods", pod("web", "1", { nodeName: "n" }));
  scheduler.run(1000);
  expect(scheduler.pendingTimers()).toEqual([]);
});

test("kube-scheduler > a pod that fits nowhere gets its condition once, and a new node wakes it", () => {
  const scheduler = bench();
  scheduler.start();
  scheduler.show("nodes", node("small", "100m"));
  scheduler.show("pods", pod("web", "1"));
  scheduler.run(10);
  const message =
    "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
  expect(scheduler.requests).toHaveLength(1);
  expect(scheduler.requests[0]?.request).toMatchObject({
    verb: "patch",
    subresource: "status",
    body: { status: { conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }] } },
  });
  expect(scheduler.events[0]).toMatchObject({ type: "Warning", reason: "FailedScheduling", message });
  scheduler.show("nodes", node("big", "4"));
  scheduler.run(2000);
  expect(scheduler.requests[1]?.request).toMatchObject({ subresource: "binding", body: { target: { name: "big" } } });
});

test("kube-scheduler > a refused binding is forgotten, and tried again after a backoff", () => {
  const scheduler = bench();
  scheduler.start();
  scheduler.show("nodes", node("n", "1"));
  scheduler.show("pods", pod("web", "600m"));
  scheduler.run(10);
  scheduler.reply(present(scheduler.requests[0], "a request"), refused);
  expect(scheduler.state.cache.nodes.get("n")?.requested.cpuMilli).toBe(0);
  expect(scheduler.events[0]).toMatchObject({
    reason: "FailedScheduling",
    message: 'running Bind plugin "DefaultBinder": timeout',
  });
  scheduler.run(1500);
  expect(scheduler.requests.filter(({ tag }) => tag.type === "bind")).toHaveLength(1);
  scheduler.run(2000);
  expect(scheduler.requests.filter(({ tag }) => tag.type === "bind")).toHaveLength(2);
});

test("SCH-01 > with the planted fault, a refused binding keeps the room on its node", () => {
  const scheduler = bench({ mutants: new Set(["SCH-01"]) });
  scheduler.start();
  scheduler.show("nodes", node("n", "1"));
  scheduler.show("pods", pod("web", "600m"));
  scheduler.run(10);
  scheduler.reply(present(scheduler.requests[0], "a request"), refused);
  expect(scheduler.state.cache.nodes.get("n")?.requested.cpuMilli).toBe(600);
});

test("kube-scheduler > a pod of higher priority preempts, and takes the room when the victim is gone", () => {
  const scheduler = bench();
  scheduler.start();
  scheduler.show("nodes", node("n", "1"));
  scheduler.show("pods", pod("low", "600m", { nodeName: "n", priority: 0 }));
  scheduler.show("pods", pod("high", "600m", { priority: 100 }));
  scheduler.run(10);
  const asked = (): readonly string[] => scheduler.requests.map(({ request }) => `${request.verb} ${request.name}`);
  expect(asked()).toEqual(["patch low", "patch high"]);
  expect(scheduler.requests[1]?.request.body).toMatchObject({ status: { nominatedNodeName: "n" } });
  scheduler.reply(present(scheduler.requests[0], "the victim's condition"), done);
  expect(asked()).toEqual(["patch low", "patch high", "delete low"]);
  scheduler.reply(present(scheduler.requests[2], "the victim's removal"), done);
  expect(scheduler.events.at(-1)).toMatchObject({
    reason: "Preempted",
    message: "Preempted by pod uid-high on node n",
  });
  scheduler.hide("pods", "default/low");
  scheduler.run(3000);
  expect(scheduler.requests.at(-1)?.request).toMatchObject({ subresource: "binding", name: "high" });
});

test("kube-scheduler > the last victim goes after all others; the preemptor is held back until it is asked to go", () => {
  const scheduler = bench();
  scheduler.start();
  scheduler.show("nodes", node("n", "1"));
  for (const name of ["a", "b"]) scheduler.show("pods", pod(name, "400m", { nodeName: "n", priority: 0 }));
  scheduler.show("pods", pod("high", "900m", { priority: 100 }));
  scheduler.run(10);
  const ask = (verb: string, name: string): Sent | undefined =>
    scheduler.requests.find(({ request }) => request.verb === verb && request.name === name);
  expect(ask("patch", "a") === undefined).not.toBe(ask("patch", "b") === undefined);
  const [first, last] = ask("patch", "a") === undefined ? ["b", "a"] : ["a", "b"];
  scheduler.reply(present(ask("patch", first), "a request"), done);
  scheduler.hide("pods", `default/${first}`);
  scheduler.run(20_000);
  expect(scheduler.state.queue.queued.get("default/high")?.gatingPlugin).toBe("DefaultPreemption");
  scheduler.reply(present(ask("delete", first), "a request"), done);
  scheduler.reply(present(ask("patch", last), "a request"), done);
  scheduler.reply(present(ask("delete", last), "a request"), done);
  scheduler.hide("pods", `default/${last}`);
  scheduler.run(40_000);
  expect(scheduler.requests.at(-1)?.request).toMatchObject({ subresource: "binding", name: "high" });
});

test("kube-scheduler > a preemption that fails lets the preemptor try again", () => {
  const scheduler = bench();
  scheduler.start();
  scheduler.show("nodes", node("n", "1"));
  scheduler.show("pods", pod("low", "600m", { nodeName: "n", priority: 0 }));
  scheduler.show("pods", pod("high", "600m", { priority: 100 }));
  scheduler.run(10);
  scheduler.reply(present(scheduler.requests[0], "the victim's condition"), refused);
  expect(scheduler.state.preempting.size).toBe(0);
  scheduler.run(5000);
  expect(scheduler.requests.filter(({ request }) => request.name === "low")).toHaveLength(2);
});

test("kube-scheduler > a preemptor whose last victim is gone already is not woken any more, as upstream", () => {
  const scheduler = bench();
  scheduler.start();
  scheduler.show("nodes", node("n", "1"));
  for (const name of ["a", "b"]) scheduler.show("pods", pod(name, "400m", { nodeName: "n", priority: 0 }));
  scheduler.show("pods", pod("high", "900m", { priority: 100 }));
  scheduler.run(10);
  const [first] = scheduler.requests.flatMap(({ tag, request }) =>
    tag.type === "victim-condition" ? [request.name] : [],
  );
  const last = first === "a" ? "b" : "a";
  const asked = (): Sent => present(scheduler.requests.at(-1), "a request");
  scheduler.reply(
    present(
      scheduler.requests.find(({ request }) => request.name === first),
      "a request",
    ),
    done,
  );
  scheduler.hide("pods", `default/${last}`);
  scheduler.hide("pods", `default/${first}`);
  scheduler.reply(asked(), done);
  scheduler.reply(asked(), gone);
  expect(scheduler.state.preempting.size).toBe(0);
  scheduler.run(1_000_000);
  expect(scheduler.requests.map(({ tag }) => tag.type)).not.toContain("bind");
  scheduler.show("pods", pod("other", "1", { nodeName: "n" }));
  scheduler.hide("pods", "default/other");
  scheduler.run(1_100_000);
  expect(scheduler.requests.at(-1)?.request).toMatchObject({ subresource: "binding", name: "high" });
});

test("kube-scheduler > a leftover pod is tried again after five minutes, at a multiple of 30 s", () => {
  const scheduler = bench();
  scheduler.start();
  scheduler.show("nodes", node("small", "100m"));
  scheduler.show("pods", pod("web", "1"));
  scheduler.run(10);
  expect(scheduler.pendingTimers()).toEqual([{ at: 330_000, tag: { type: "leftover" } }]);
  scheduler.run(331_000);
  expect(scheduler.events).toHaveLength(2);
});

test("kube-scheduler > a pod that cannot be reserved is told why, and leaves its node free", () => {
  const profiles = [{ plugins: { preFilter: { disabled: [{ name: "*" }] }, filter: { disabled: [{ name: "*" }] } } }];
  const scheduler = bench({ config: { profiles } });
  scheduler.start();
  scheduler.show("nodes", node("n", "1"));
  scheduler.show("pods", pod("web", "600m"));
  scheduler.run(10);
  expect(scheduler.requests.map(({ tag }) => tag.type)).not.toContain("bind");
  expect(scheduler.events[0]).toMatchObject({
    reason: "FailedScheduling",
    message: 'running Reserve plugin "VolumeBinding": not found',
  });
  expect(scheduler.state.cache.nodes.get("n")?.requested.cpuMilli).toBe(0);
});

test("kube-scheduler > plugins that ask for resources it does not watch see none", () => {
  const scheduler = bench();
  scheduler.start();
  scheduler.show("nodes", node("n", "1"));
  const containers = [{ name: "c", image: "app", resources: { requests: { "example.com/gpu": "1" } } }];
  scheduler.show("pods", pod("gpu", "1", { containers }));
  scheduler.show("pods", pod("claim", "1", { resourceClaims: [{ name: "r", resourceClaimName: "none" }] }));
  scheduler.run(10);
  scheduler.show("nodes", node("n", "2"));
  scheduler.run(3000);
  expect(scheduler.requests.map(({ tag }) => tag.type)).not.toContain("bind");
});

test("kube-scheduler > a gated pod keeps no clock ticking", () => {
  const scheduler = bench();
  scheduler.start();
  scheduler.show("nodes", node("n", "1"));
  scheduler.show("pods", pod("gated", "1", { schedulingGates: [{ name: "wait" }] }));
  scheduler.show("pods", pod("big", "2"));
  scheduler.run(400_000);
  expect(scheduler.pendingTimers()).toHaveLength(1);
  scheduler.hide("pods", "default/big");
  scheduler.run(1_000_000);
  expect(scheduler.pendingTimers()).toEqual([]);
});

function claimOf(name: string, overlay: object = {}): ApiObject {
  return cast({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace: "default", uid: `uid-${name}`, resourceVersion: "1", ...overlay },
    spec: { accessModes: ["ReadWriteOnce"], storageClassName: "late", resources: { requests: { storage: "1Gi" } } },
    status: { phase: "Pending" },
  });
}

test("kube-scheduler > a pod is bound once its claims are; two pods do not get the same volume", () => {
  const scheduler = bench({ volumes: true });
  scheduler.start();
  scheduler.show("nodes", node("n", "4"));
  scheduler.show(
    "storageclasses.storage.k8s.io",
    cast({
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "late" },
      provisioner: "example.com/disk",
      volumeBindingMode: "WaitForFirstConsumer",
    }),
  );
  scheduler.show(
    "persistentvolumes",
    cast({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "disk" },
      spec: { accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" }, storageClassName: "late" },
      status: { phase: "Available" },
    }),
  );
  for (const name of ["a", "b"]) {
    scheduler.show("persistentvolumeclaims", claimOf(name));
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: name } }];
    scheduler.show("pods", pod(name, "1", { volumes }));
  }
  scheduler.run(10);
  expect(scheduler.requests.map(({ request }) => `${request.verb} ${request.resource} ${request.name}`)).toEqual([
    "patch pods a",
    "update persistentvolumes disk",
    "patch pods b",
    "update persistentvolumeclaims b",
  ]);
  expect(scheduler.requests[3]?.request.body).toMatchObject({
    metadata: { annotations: { "volume.kubernetes.io/selected-node": "n" } },
  });
  for (const sent of [...scheduler.requests]) scheduler.reply(sent, done);
  expect(scheduler.requests).toHaveLength(4);
  const bound = claimOf("a", { annotations: { "pv.kubernetes.io/bind-completed": "yes" } });
  scheduler.show(
    "persistentvolumeclaims",
    cast({ ...bound, spec: { ...cast<{ spec: object }>(bound).spec, volumeName: "disk" } }),
  );
  expect(scheduler.requests.at(-1)?.request).toMatchObject({ subresource: "binding", name: "a" });
  scheduler.run(601_000);
  expect(scheduler.events.map(({ message }) => message)).toContain(
    'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded',
  );
});

test("kube-scheduler > where attempts take time, a wake-up in between takes no second pod", () => {
  const scheduler = bench({ attemptMs: 500 });
  scheduler.start();
  scheduler.show("nodes", node("n", "4"));
  scheduler.show("pods", pod("late", "1"));
  scheduler.run(600);
  scheduler.reply(present(scheduler.requests[0], "a binding"), refused);
  scheduler.run(2900);
  for (const name of ["a", "b", "c"]) scheduler.show("pods", pod(name, "1"));
  scheduler.run(20_000);
  const bound = scheduler.requests.filter(({ tag }) => tag.type === "bind").map(({ request }) => request.name);
  expect(new Set(bound)).toEqual(new Set(["late", "a", "b", "c"]));
});

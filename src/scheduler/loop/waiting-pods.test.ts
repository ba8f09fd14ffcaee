import { expect, test } from "vitest";
import type { Bench } from "../fixtures.ts";
import { bench, node, pod } from "../fixtures.ts";
import type { Plugin } from "../framework/plugin.ts";
import { registerPlugin } from "../framework/registry.ts";
import { status } from "../framework/status.ts";

/** Pods wait for so many others of their own. */
const GANG = 2;

registerPlugin({
  name: "Gang",
  events: () => [],
  permit({ waitingPods, pod: { metadata } }) {
    const waiting = waitingPods?.list() ?? [];
    if (metadata.name === "spoiler") {
      for (const other of waiting) waitingPods?.reject(other.pod.metadata.uid, "Gang", "spoiled");
      return undefined;
    }
    if (waiting.length + 1 < GANG) return { ...status("Gang", "Wait"), waitMs: 90_000 };
    for (const other of waiting) waitingPods?.allow(other.pod.metadata.uid, "Gang");
    return undefined;
  },
} satisfies Plugin);

function started(cpu: string = "4"): Bench {
  const config = { profiles: [{ plugins: { permit: { enabled: [{ name: "Gang" }] } } }] };
  const scheduler = bench({ config });
  scheduler.start();
  scheduler.show("nodes", node("n", cpu));
  return scheduler;
}

const bound = ({ requests }: Bench): readonly unknown[] =>
  requests.filter(({ tag }) => tag.type === "bind").map(({ request }) => request.name);

test("a pod waits at Permit, assumed, in flight and with its node told, until its plugin allows it", () => {
  const scheduler = started();
  scheduler.show("pods", pod("a", "1"));
  scheduler.run(1000);
  expect(bound(scheduler)).toEqual([]);
  expect(scheduler.state.cache.nodes.get("n")?.requested.cpuMilli).toBe(1000);
  expect([...scheduler.state.queue.inFlight.keys()]).toEqual(["uid-a"]);
  expect(scheduler.requests[0]?.request).toMatchObject({
    verb: "patch",
    name: "a",
    body: { status: { nominatedNodeName: "n" } },
  });
  scheduler.show("pods", pod("b", "1"));
  scheduler.run(2000);
  expect(new Set(bound(scheduler))).toEqual(new Set(["a", "b"]));
  expect(scheduler.state.queue.inFlight.size).toBe(0);
  expect(() => structuredClone(scheduler.state)).not.toThrow();
});

test("a pod that nobody allows in time is turned down by its plugin", () => {
  const scheduler = started();
  scheduler.show("pods", pod("a", "1"));
  scheduler.run(89_000);
  expect(scheduler.events).toEqual([]);
  scheduler.run(90_100);
  expect(scheduler.events[0]?.message).toBe(
    "0/1 nodes are available: 1 rejected due to timeout after waiting 1m30s at plugin Gang.",
  );
  expect(scheduler.state.cache.nodes.get("n")?.requested.cpuMilli).toBe(0);
  const [info] = scheduler.state.queue.unschedulable.values();
  expect([...(info?.unschedulablePlugins ?? [])]).toEqual(["Gang"]);
});

test("a plugin can turn a waiting pod down; its room goes to others", () => {
  const scheduler = started("1");
  scheduler.show("pods", pod("a", "1"));
  scheduler.run(1000);
  scheduler.show("pods", pod("waits-for-room", "1"));
  scheduler.run(2000);
  scheduler.show("pods", pod("spoiler", "0"));
  scheduler.run(3000);
  expect(scheduler.events.map(({ message }) => message)).toContain("0/1 nodes are available: 1 spoiled.");
  scheduler.run(5000);
  expect(scheduler.state.cache.pods.get("uid-waits-for-room")?.node).toBe("n");
});

test("a waiting pod that is deleted gives its room back", () => {
  const scheduler = started();
  scheduler.show("pods", pod("a", "1"));
  scheduler.run(1000);
  scheduler.hide("pods", "default/a");
  scheduler.run(1100);
  expect(scheduler.state.binding.size).toBe(0);
  expect(scheduler.state.queue.inFlight.size).toBe(0);
  expect(scheduler.state.cache.nodes.get("n")?.requested.cpuMilli).toBe(0);
});

test("a waiting pod that is preempted goes back to the queue without a call", () => {
  const scheduler = started("1");
  scheduler.show("pods", pod("a", "1", { priority: 0 }));
  scheduler.run(1000);
  scheduler.show("pods", pod("high", "1", { priority: 10 }));
  scheduler.run(1100);
  expect(scheduler.requests.filter(({ request }) => request.verb === "delete")).toEqual([]);
  expect(scheduler.events.map(({ message }) => message)).toEqual(
    expect.arrayContaining([
      "Preempted by pod uid-high on node n (in kube-scheduler memory).",
      "waiting on permit for pod: preempted",
    ]),
  );
  scheduler.run(5000);
  expect(scheduler.state.cache.pods.get("uid-high")?.node).toBe("n");
});

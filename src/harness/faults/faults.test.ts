import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Levers, Message, World } from "../../cluster/world.ts";
import { cast } from "../../base/units.ts";
import { beginFault, healAll, healFault, judge, noFaults, showChange, wakeFault } from "./active.ts";
import { faultNamed, faultNames } from "./index.ts";

interface Call {
  readonly lever: string;
  readonly args: readonly unknown[];
}

function hands(calls: Call[], off: ReadonlySet<string> = new Set()): { levers: Levers; world: World } {
  const levers = new Proxy(
    {},
    {
      get:
        (_target, lever) =>
        (...args: unknown[]) =>
          calls.push({ lever: String(lever), args }),
    },
  );
  const zone = (name: string, z: string): unknown => ({
    metadata: { name, labels: { "topology.kubernetes.io/zone": z } },
  });
  const nodes = new Map([
    ["node-1", zone("node-1", "zone-a")],
    ["node-2", zone("node-2", "zone-b")],
  ]);
  const process = (name: string, node?: string): unknown => ({
    name,
    up: true,
    epoch: 0,
    ...(node !== undefined && { node }),
  });
  const world = {
    now: 1000,
    objects: (resource: string) => (resource === "nodes" ? nodes : new Map()),
    processes: [
      process("kube-scheduler"),
      process("kube-controller-manager"),
      process("kubectl"),
      process("kubelet/node-1", "node-1"),
      process("kubelet/node-2", "node-2"),
      process("kube-proxy/node-1", "node-1"),
    ],
    containers: (node: string) => [
      { node, podKey: `default/on-${node}`, podUid: node, container: "c", image: "i", running: true },
    ],
    powered: (node: string) => !off.has(node),
  };
  return { levers: cast(levers), world: cast(world) };
}

const step = (
  fault: string,
  params: object,
  duration = 30_000,
): { at: number; fault: string; for: number; params: { [key: string]: unknown } } => ({
  at: 0,
  fault,
  for: duration,
  params: { ...params },
});

describe("faults", () => {
  test("every fault accepts what it generates, begins, judges, heals, and keeps plain memory", () => {
    for (const name of faultNames()) {
      const fault = faultNamed(name);
      const topology = { nodes: 2, zones: 2, apiServers: 1 };
      for (const params of fc.sample(fault?.params(topology) ?? fc.constant({}), { seed: 1, numRuns: 50 })) {
        expect(fault?.schema.parse(params)).toEqual(params);
        const calls: Call[] = [];
        const faults = noFaults();
        const active = beginFault(faults, "f", step(name, cast(params)), hands(calls));
        structuredClone(active);
        expect(active.until).toBe(31_000);
        judge(faults, { process: "kube-scheduler", direction: "to-server", kind: "request" }, 2000);
        wakeFault(faults, "f", hands(calls));
        const end = healFault(faults, "f", hands(calls));
        expect(end?.until).toBe(1000);
        expect(healFault(faults, "f", hands(calls))).toBeUndefined();
        const count = (lever: string): number => calls.filter((call) => call.lever === lever).length;
        expect(count("powerOn")).toBe(count("powerOff"));
        expect(count("unpinWatch")).toBe(count("pinWatch"));
        if (count("crash") > 0) expect(count("restart")).toBeGreaterThan(0);
      }
    }
  });

  test("component-crash at the second write kills the process when that is committed", () => {
    const calls: Call[] = [];
    const faults = noFaults();
    beginFault(
      faults,
      "f",
      step("component-crash", { process: "kube-scheduler", atWrite: 2, downMs: 5000 }),
      hands(calls),
    );
    const change = { at: 1000, revision: 1, resource: "pods", key: "a/b", by: "kube-scheduler" };
    showChange(faults, { ...change, by: "kubectl" }, hands(calls));
    showChange(faults, change, hands(calls));
    expect(calls).toEqual([]);
    showChange(faults, change, hands(calls));
    expect(calls).toEqual([
      { lever: "crash", args: ["kube-scheduler"] },
      { lever: "wakeFault", args: ["f", 6000] },
    ]);
    wakeFault(faults, "f", hands(calls));
    expect(calls.at(-1)).toEqual({ lever: "restart", args: ["kube-scheduler"] });
  });

  test("a process of a node without power is not restarted", () => {
    const calls: Call[] = [];
    const faults = noFaults();
    beginFault(
      faults,
      "f",
      step("component-crash", { process: { component: "kubelet", node: 3 }, atWrite: 0, downMs: 5000 }),
      hands(calls),
    );
    healAll(faults, hands(calls, new Set(["node-2"])));
    expect(calls.map((call) => call.lever)).toEqual(["crash", "wakeFault"]);
  });

  test("ambiguous-outcome drops the answer to the chosen write only", () => {
    const faults = noFaults();
    beginFault(faults, "f", step("ambiguous-outcome", { process: "kube-scheduler", nth: 2, count: 1 }), hands([]));
    const answer: Message = { process: "kube-scheduler", direction: "from-server", kind: "response", verb: "create" };
    const verdicts = [answer, { ...answer, verb: "list" }, { ...answer, process: "kubectl" }, answer, answer].map(
      (message) => judge(faults, message, 0).do,
    );
    expect(verdicts).toEqual(["pass", "pass", "pass", "drop", "pass"]);
  });

  test("an asymmetric partition lets the other direction through", () => {
    const faults = noFaults();
    beginFault(faults, "f", step("node-partition", { node: 0, direction: "to-server" }), hands([]));
    const message: Message = { process: "kubelet/node-1", node: "node-1", direction: "to-server", kind: "request" };
    expect(judge(faults, message, 0)).toEqual({ do: "drop" });
    expect(judge(faults, { ...message, direction: "from-server" }, 0)).toEqual({ do: "pass" });
    expect(judge(faults, { ...message, node: "node-2" }, 0)).toEqual({ do: "pass" });
  });

  test("a zone outage takes the nodes of that zone", () => {
    const calls: Call[] = [];
    const faults = noFaults();
    const active = beginFault(faults, "f", step("zone-outage", { zone: "zone-b" }), hands(calls));
    expect(active.disturbance).toEqual({
      id: "f",
      at: 1000,
      kind: "zone-loss",
      what: "zone-b was down",
      nodes: ["node-2"],
      zone: "zone-b",
    });
    expect(calls).toEqual([{ lever: "powerOff", args: ["node-2"] }]);
  });

  test("what two faults hold down comes back with the later of them", () => {
    const calls: Call[] = [];
    const faults = noFaults();
    beginFault(faults, "zone", step("zone-outage", { zone: "zone-b" }), hands(calls));
    beginFault(faults, "node", step("node-power-off", { node: "node-2" }), hands(calls));
    healFault(faults, "zone", hands(calls));
    expect(calls.map((call) => call.lever)).toEqual(["powerOff", "powerOff"]);
    healFault(faults, "node", hands(calls));
    expect(calls.at(-1)).toEqual({ lever: "powerOn", args: ["node-2"] });
  });

  test("message-loss draws the same losses again", () => {
    const losses = (): string[] => {
      const faults = noFaults();
      beginFault(faults, "f", step("message-loss", { process: "all", kind: "any", share: 0.5, seed: 7 }), hands([]));
      return Array.from(
        { length: 40 },
        (_, i) => judge(faults, { process: "kube-scheduler", direction: "to-server", kind: "watch" }, i).do,
      );
    };
    expect(losses()).toEqual(losses());
    expect(new Set(losses())).toEqual(new Set(["pass", "drop"]));
  });
});

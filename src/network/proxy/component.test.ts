import { describe, expect, it } from "vitest";
import { cast } from "../../base/units.ts";
import type { Node, Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { ComponentEvent, Io } from "../../client/component.ts";
import { applyRestore, emptyKernel } from "../kernel.ts";
import type { Kernel, KernelRestore } from "../kernel.ts";
import type { ProxyState } from "./component.ts";
import { kubeProxyComponent, RESTORE_FAILED } from "./component.ts";

const service: Service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "default", uid: "1", resourceVersion: "1", creationTimestamp: "" },
  spec: {
    clusterIP: "10.96.0.10",
    clusterIPs: ["10.96.0.10"],
    ipFamilies: ["IPv4"],
    ports: [{ port: 80, protocol: "TCP" }],
  },
};

const slice = (version: number): EndpointSlice => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: {
    name: "web-1",
    namespace: "default",
    uid: "2",
    resourceVersion: String(version),
    creationTimestamp: "",
    labels: { "kubernetes.io/service-name": "web" },
  },
  addressType: "IPv4",
  ports: [{ name: "", port: 8080, protocol: "TCP" }],
  endpoints: [{ addresses: [`10.244.0.${version}`], conditions: { ready: true } }],
});

const node = cast<Node>({
  metadata: { name: "n0" },
  status: { addresses: [{ type: "InternalIP", address: "172.18.0.2" }] },
});

/** A proxy with its machine, and timers that the test fires. */
class Rig {
  readonly component = kubeProxyComponent("n0");
  state: ProxyState = this.component.init();
  readonly kernel: Kernel = emptyKernel();
  readonly restores: KernelRestore[] = [];
  timers: { at: number; tag: { type: string; at?: unknown } }[] = [];
  now = 0;
  failing = false;

  send(event: ComponentEvent): void {
    let failed = false;
    const io: Io = {
      now: this.now,
      quiet: true,
      listers: { of: () => expect.fail("the proxy keeps what it needs") },
      request: () => expect.fail("the proxy writes nothing to the API"),
      timer: (at, tag) => this.timers.push({ at, tag }),
      random: () => 0,
      event: () => undefined,
      trace: () => undefined,
      machine: (call) => {
        const restore = cast<KernelRestore>(call["restore"]);
        this.restores.push(restore);
        if (this.failing) failed = true;
        else applyRestore(this.kernel, restore);
      },
    };
    this.component.handle(this.state, event, io);
    this.failing = false;
    if (failed) this.send({ type: "machine", event: { type: RESTORE_FAILED } });
  }

  until(now: number): void {
    this.now = now;
    const due = this.timers.filter(({ at }) => at <= now);
    this.timers = this.timers.filter(({ at }) => at > now);
    for (const { tag } of due) this.send({ type: "timer", tag });
  }

  slice(version: number): void {
    this.send({ type: "informer", events: [{ resource: "endpointslices.discovery.k8s.io", after: slice(version) }] });
  }

  started(): this {
    this.send({ type: "start" });
    this.send({
      type: "informer",
      events: [
        { resource: "nodes", after: node },
        { resource: "services", after: service },
      ],
    });
    this.slice(1);
    this.send({ type: "synced" });
    return this;
  }
}

const addresses = (rig: Rig): unknown =>
  rig.kernel.services.get("default/web")?.slices.map((s) => s.endpoints?.[0]?.addresses[0]);

describe("kube-proxy", () => {
  it("writes nothing before its informers have listed, then everything", () => {
    const rig = new Rig().started();
    expect(rig.restores.map(({ full }) => full)).toEqual([true]);
    expect(addresses(rig)).toEqual(["10.244.0.1"]);
    expect(rig.kernel.writer?.config.nodeIP).toBe("172.18.0.2");
  });

  it("syncs at once, then at most once a second", () => {
    const rig = new Rig().started();
    rig.now = 100;
    rig.slice(2);
    expect(addresses(rig)).toEqual(["10.244.0.2"]);
    rig.now = 200;
    rig.slice(3);
    rig.slice(4);
    expect(addresses(rig)).toEqual(["10.244.0.2"]);
    expect(rig.timers.map(({ at }) => at)).toEqual([1100]);
    rig.until(1100);
    expect(addresses(rig)).toEqual(["10.244.0.4"]);
    expect(rig.restores.map(({ full }) => full)).toEqual([true, false, false]);
  });

  it("tries a failed restore again in full", () => {
    const rig = new Rig().started();
    rig.now = 5000;
    rig.failing = true;
    rig.slice(2);
    expect(addresses(rig)).toEqual(["10.244.0.1"]);
    rig.until(34_999);
    expect(addresses(rig)).toEqual(["10.244.0.1"]);
    rig.until(35_000);
    expect(addresses(rig)).toEqual(["10.244.0.2"]);
    expect(rig.restores.at(-1)?.full).toBe(true);
  });

  it("keeps the rules on the node when its process starts anew", () => {
    const rig = new Rig().started();
    rig.state = rig.component.init();
    expect(addresses(rig)).toEqual(["10.244.0.1"]);
    rig.now = 9000;
    rig.send({ type: "start" });
    rig.send({ type: "informer", events: [{ resource: "services", after: service }] });
    rig.send({ type: "synced" });
    expect(addresses(rig)).toEqual([]);
  });

  it("has memory that structuredClone copies", () => {
    const rig = new Rig().started();
    expect(structuredClone(rig.state)).toEqual(rig.state);
    expect(structuredClone(rig.kernel)).toEqual(rig.kernel);
  });
});

import { describe, expect, it } from "vitest";
import type { Service } from "../api/types/core-v1.ts";
import type { EndpointSlice } from "../api/types/discovery-v1.ts";
import { sendDatagram } from "./flow.ts";
import type { Kernel } from "./kernel.ts";
import { applyRestore, emptyKernel } from "./kernel.ts";
import { proxyConfig } from "./proxy/config.ts";
import { beginSync, endSync, newProxier, onEndpointSlice, onService, programmedOf } from "./proxy/proxier.ts";

const meta = (name: string) => ({ name, namespace: "default", uid: name, resourceVersion: "1", creationTimestamp: "" });

const service: Service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: meta("dns"),
  spec: {
    type: "NodePort",
    clusterIP: "10.96.0.10",
    clusterIPs: ["10.96.0.10"],
    ipFamilies: ["IPv4"],
    ports: [{ name: "dns", port: 53, nodePort: 30053, protocol: "UDP" }],
  },
};

const slice = (...ips: readonly string[]): EndpointSlice => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { ...meta("dns-1"), labels: { "kubernetes.io/service-name": "dns" } },
  addressType: "IPv4",
  ports: [{ name: "dns", port: 53, protocol: "UDP" }],
  endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
});

/** A node with its proxy; `write` is one sync after a change of the slice. */
function node(...mutants: readonly string[]): {
  kernel: Kernel;
  readonly write: (now: number, ...ips: string[]) => void;
} {
  const kernel = emptyKernel();
  const proxier = newProxier();
  const config = proxyConfig({ nodeName: "n0", nodeIP: "172.18.0.2", mutants: new Set(mutants) });
  const sync = (now: number): void => {
    const plan = beginSync(proxier, config, now);
    const keys = plan.changed === "all" ? [...proxier.services.keys()] : [...plan.changed];
    const services = keys.map((key) => [key, programmedOf(proxier, key, plan.comments)] as const);
    applyRestore(kernel, {
      full: plan.full,
      writer: { config, zone: undefined },
      services,
      cleanConntrack: plan.conntrack,
    });
    endSync(proxier, config, plan, false, now);
  };
  sync(0);
  return {
    kernel,
    write(now, ...ips) {
      onService(proxier, config, undefined, service);
      onEndpointSlice(proxier, config, slice(...ips), false);
      sync(now);
    },
  };
}

const send = (kernel: Kernel, destination: string, port: number): string => {
  const datagram = { source: "10.244.0.9", sourcePort: 40_000, destination, port, device: "veth1" };
  const outcome = sendDatagram(kernel, datagram, { addresses: ["172.18.0.2"], now: 0, random: () => 0 });
  return outcome.outcome === "delivered" ? outcome.ip : outcome.outcome;
};

describe("UDP flows", () => {
  it("go on to the same endpoint until it is gone", () => {
    const { kernel, write } = node();
    write(1, "10.244.0.2");
    expect(send(kernel, "10.96.0.10", 53)).toBe("10.244.0.2");
    write(2, "10.244.0.2", "10.244.0.1");
    expect(send(kernel, "10.96.0.10", 53)).toBe("10.244.0.2");
    write(3, "10.244.0.1");
    expect(send(kernel, "10.96.0.10", 53)).toBe("10.244.0.1");
  });

  it("that began before the service had rules find it later; with PRX-03 they never do", () => {
    for (const [mutants, reached] of [
      [[], "10.244.0.2"],
      [["PRX-03"], "10.96.0.10"],
    ] as const) {
      const { kernel, write } = node(...mutants);
      expect(send(kernel, "10.96.0.10", 53)).toBe("10.96.0.10");
      write(1, "10.244.0.2");
      expect(send(kernel, "10.96.0.10", 53)).toBe(reached);
    }
  });

  it("by a node port leave a deleted endpoint; with PRX-04 they stay", () => {
    for (const [mutants, reached] of [
      [[], "10.244.0.3"],
      [["PRX-04"], "10.244.0.2"],
    ] as const) {
      const { kernel, write } = node(...mutants);
      write(1, "10.244.0.2");
      expect(send(kernel, "172.18.0.2", 30053)).toBe("10.244.0.2");
      write(2, "10.244.0.3");
      expect(send(kernel, "172.18.0.2", 30053)).toBe(reached);
    }
  });
});

import seedrandom from "seedrandom";
import { describe, expect, it } from "vitest";
import type { Node, Pod, Service } from "../api/types/core-v1.ts";
import type { EndpointSlice } from "../api/types/discovery-v1.ts";
import { cast } from "../base/units.ts";
import { applyRestore, emptyKernel } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";
import { proxyConfig } from "./proxy/config.ts";
import { servicePorts } from "./proxy/service-port.ts";
import type { RouteView } from "./route.ts";
import { routeConnections } from "./route.ts";

const meta = (name: string) => ({ name, namespace: "default", uid: name, resourceVersion: "1", creationTimestamp: "" });

const web = (spec: Partial<Service["spec"]> = {}): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: meta("web"),
  spec: {
    clusterIP: "10.96.0.10",
    clusterIPs: ["10.96.0.10"],
    ipFamilies: ["IPv4"],
    ports: [{ name: "http", port: 80, protocol: "TCP" }],
    ...spec,
  },
});

const slice = (...ips: readonly string[]): EndpointSlice => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { ...meta("web-1"), labels: { "kubernetes.io/service-name": "web" } },
  addressType: "IPv4",
  ports: [{ name: "http", port: 8080, protocol: "TCP" }],
  endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true }, nodeName: `n${ip.split(".")[2]}` })),
});

const pod = (name: string, ip: string, node: string): Pod =>
  cast<Pod>({
    apiVersion: "v1",
    kind: "Pod",
    metadata: meta(name),
    spec: { nodeName: node },
    status: { phase: "Running", podIP: ip },
  });

const nodes = [0, 1].map((i) =>
  cast<Node>({
    metadata: { name: `n${i}` },
    spec: { podCIDR: `10.244.${i}.0/24` },
    status: { addresses: [{ type: "InternalIP", address: `172.18.0.${i + 2}` }] },
  }),
);

function kernelOf(node: number, service: Service, slices: readonly EndpointSlice[]): Kernel {
  const kernel = emptyKernel();
  const config = proxyConfig({ nodeName: `n${node}`, nodeIP: `172.18.0.${node + 2}` });
  const programmed = { ports: servicePorts(service, "IPv4") ?? [], slices, comments: true };
  applyRestore(kernel, {
    full: true,
    writer: { config, zone: undefined },
    services: [["default/web", programmed]],
    cleanConntrack: false,
  });
  return kernel;
}

function view(
  service: Service,
  seenBy: readonly (readonly EndpointSlice[])[],
  now: readonly EndpointSlice[],
): RouteView {
  return {
    kernels: new Map(seenBy.map((slices, i) => [`n${i}`, kernelOf(i, service, slices)])),
    nodes,
    pods: [pod("client", "10.244.0.9", "n0"), pod("web-a", "10.244.0.2", "n0"), pod("web-b", "10.244.1.2", "n1")],
    services: new Map([["default/web", service]]),
    slices: now,
    now: 0,
  };
}

const request = (over: { from?: string; to?: string; count?: number } = {}) => ({
  from: "default/client",
  to: "web:80",
  count: 1000,
  random: seedrandom.alea("route"),
  ...over,
});

describe("route", () => {
  it("tallies the endpoints of connections to a service name", () => {
    const all = [slice("10.244.0.2", "10.244.1.2")];
    const report = routeConnections(view(web(), [all, all], all), request({ to: "web.default:http" }));
    expect(report.failures).toEqual([]);
    expect(report.delivered.map(({ pod: name, node }) => [name, node])).toEqual([
      ["default/web-a", "n0"],
      ["default/web-b", "n1"],
    ]);
    expect(report.delivered.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
    expect(Math.abs((report.delivered[0]?.count ?? 0) - 500)).toBeLessThan(60);
    expect(report.chains.slice(0, 2)).toEqual(["nat/PREROUTING", "nat/KUBE-SERVICES"]);
  });

  it("says that a service without endpoints refuses", () => {
    const report = routeConnections(view(web(), [[], []], []), request({ count: 3 }));
    expect(report.failures).toEqual([{ sentence: "connection refused: default/web:http has no endpoints", count: 3 }]);
  });

  it("shows that one node's proxy is behind", () => {
    const gone = [slice("10.244.1.7")];
    const current = [slice("10.244.0.2")];
    const stale = view(web(), [gone, current], current);
    expect(routeConnections(stale, request({ count: 2 })).failures).toEqual([
      { sentence: "connection timed out: 10.244.1.7 belongs to no pod", count: 2 },
    ]);
    expect(routeConnections(stale, request({ from: "default/web-b", count: 2 })).delivered[0]?.count).toBe(2);
  });

  it("knows no name of a service that is not there, and no port that it has not", () => {
    const world = view(web(), [[], []], []);
    expect(routeConnections(world, request({ to: "api:80", count: 1 })).failures[0]?.sentence).toBe(
      "no such host: api",
    );
    expect(routeConnections(world, request({ to: "web:grpc", count: 1 })).failures[0]?.sentence).toBe(
      "no port grpc at web",
    );
  });

  it("resolves a headless service to its pods, past the proxies", () => {
    const headless = web({ clusterIP: "None", clusterIPs: ["None"] });
    const all = [slice("10.244.0.2", "10.244.1.2")];
    const report = routeConnections(view(headless, [[], []], all), request({ to: "web:8080", count: 100 }));
    expect(report.delivered.map(({ ip, masqueraded }) => [ip, masqueraded])).toEqual([
      ["10.244.0.2", 0],
      ["10.244.1.2", 0],
    ]);
  });

  it("goes from a pod to a node port of another node by that node's rules", () => {
    const all = [slice("10.244.0.2", "10.244.1.2")];
    const ports = [{ name: "http", port: 80, nodePort: 30080, protocol: "TCP" }];
    const world = view(web({ type: "NodePort", ports }), [all, all], all);
    for (const to of ["n1:30080", "172.18.0.3:30080", "n0:30080"]) {
      const report = routeConnections(world, request({ to, count: 100 }));
      expect(report.failures).toEqual([]);
      expect(report.delivered.map(({ ip }) => ip)).toEqual(["10.244.0.2", "10.244.1.2"]);
    }
    expect(routeConnections(world, request({ to: "n1:30081", count: 1 })).failures[0]?.sentence).toBe(
      "connection refused: nothing listens at 172.18.0.3:30081 on n1",
    );
  });

  it("keeps a client with its endpoint where earlier connections are remembered", () => {
    const all = [slice("10.244.0.2", "10.244.1.2")];
    const world = view(web({ sessionAffinity: "ClientIP" }), [all, all], all);
    const recent = new Map();
    const reached = Array.from({ length: 20 }, (_, i) => {
      const once = { ...request({ count: 1 }), random: seedrandom.alea(`route ${i}`) };
      return routeConnections(world, { ...once, recent }).delivered[0]?.ip;
    });
    expect(new Set(reached).size).toBe(1);
  });

  it("masquerades what comes in by a node port, and with policy Local keeps to local endpoints", () => {
    const all = [slice("10.244.0.2", "10.244.1.2")];
    const ports = [{ name: "http", port: 80, nodePort: 30080, protocol: "TCP" }];
    const open = routeConnections(
      view(web({ type: "NodePort", ports }), [all, all], all),
      request({ from: "outside/192.0.2.1", to: "n0:30080", count: 100 }),
    );
    expect(open.delivered.map(({ count, masqueraded }) => count === masqueraded)).toEqual([true, true]);
    const local = web({ type: "NodePort", externalTrafficPolicy: "Local", ports });
    const kept = routeConnections(
      view(local, [all, all], all),
      request({ from: "outside/192.0.2.1", to: "n1:30080", count: 100 }),
    );
    expect(kept.delivered.map(({ ip, masqueraded }) => [ip, masqueraded])).toEqual([["10.244.1.2", 0]]);
  });
});

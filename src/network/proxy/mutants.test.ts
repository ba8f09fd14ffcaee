import { describe, expect, it } from "vitest";
import type { EndpointInfo } from "./endpoints.ts";
import { serviceEndpoints } from "./endpoints.ts";
import { proxyConfig } from "./config.ts";
import { renderRule } from "./iptables/rule.ts";
import { servicePortRules } from "./iptables/service-rules.ts";
import { beginSync, endSync, newProxier, onEndpointSlice } from "./proxier.ts";
import { servicePorts } from "./service-port.ts";
import type { Service } from "../../api/types/core-v1.ts";
import type { Endpoint, EndpointSlice } from "../../api/types/discovery-v1.ts";

const service = (spec: Partial<Service["spec"]> = {}): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "default", uid: "1", resourceVersion: "1", creationTimestamp: "" },
  spec: {
    clusterIP: "10.96.0.10",
    clusterIPs: ["10.96.0.10"],
    ipFamilies: ["IPv4"],
    ports: [{ port: 80, protocol: "TCP" }],
    ...spec,
  },
});

const slice = (name: string, endpoints: readonly Endpoint[], port = 8080): EndpointSlice => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: {
    name,
    namespace: "default",
    uid: name,
    resourceVersion: "1",
    creationTimestamp: "",
    labels: { "kubernetes.io/service-name": "web" },
  },
  addressType: "IPv4",
  ports: [{ name: "", port, protocol: "TCP" }],
  endpoints,
});

const ready = (n: number): Endpoint => ({
  addresses: [`10.244.0.${n}`],
  nodeName: "n0",
  conditions: { ready: true, serving: true, terminating: false },
});
const leaving = (n: number): Endpoint => ({
  addresses: [`10.244.0.${n}`],
  nodeName: "n0",
  conditions: { ready: false, serving: true, terminating: true },
});
const unready = (n: number): Endpoint => ({
  addresses: [`10.244.0.${n}`],
  nodeName: "n0",
  conditions: { ready: false, serving: false, terminating: false },
});

/** The port's rules as lines, with some planted bugs on. */
function lines(of: Service, slices: readonly EndpointSlice[], ...ids: readonly string[]): string[] {
  const mutants = new Set(ids);
  const config = proxyConfig({ nodeName: "n0", mutants });
  const [port] = servicePorts(of, "IPv4") ?? [];
  if (port === undefined) return [];
  const endpoints: readonly EndpointInfo[] = serviceEndpoints(slices, mutants).byPort.get("/tcp") ?? [];
  const rules = servicePortRules(port, endpoints, {
    config,
    vantage: { nodeName: "n0", zone: "zone-a", mutants },
    comments: true,
  });
  return [...rules.filter, ...rules.nat, ...rules.own].map(renderRule);
}

const sticky = service({ sessionAffinity: "ClientIP" });
const many = [
  slice(
    "a",
    Array.from({ length: 12 }, (_, i) => ready(i)),
  ),
];
const hinted = [
  slice("a", [
    { ...unready(1), hints: { forZones: [{ name: "zone-a" }] } },
    { ...ready(2), hints: { forZones: [{ name: "zone-b" }] } },
  ]),
];

describe("planted bugs of kube-proxy", () => {
  it.each([
    ["PRX-01", service(), many],
    ["PRX-02", service(), many],
    ["PRX-09", sticky, [slice("a", [unready(1)])]],
    [
      "PRX-10",
      service({
        type: "NodePort",
        externalTrafficPolicy: "Local",
        ports: [{ port: 80, protocol: "TCP", nodePort: 30080 }],
      }),
      [slice("a", [{ ...ready(1), nodeName: "n1" }])],
    ],
    ["PRX-11", service(), [slice("a", [leaving(1)])]],
    ["PRX-13", service(), [slice("a", [ready(1)], 8080), slice("b", [ready(1)], 8081)]],
    ["PRX-14", service(), [slice("a", [leaving(1), ready(2)]), slice("b", [ready(1)])]],
    ["PRX-16", service(), hinted],
  ] as const)("%s changes the rules, and only when it is on", (id, of, slices) => {
    expect(lines(of, slices, id)).not.toEqual(lines(of, slices));
  });

  it("PRX-08 forgets that a failed sync owes a full one", () => {
    for (const [ids, owes] of [
      [[], true],
      [["PRX-08"], false],
    ] as const) {
      const config = proxyConfig({ nodeName: "n0", mutants: new Set(ids) });
      const proxier = newProxier();
      endSync(proxier, config, beginSync(proxier, config, 0), false, 0);
      onEndpointSlice(proxier, config, slice("a", [ready(1)]), false);
      endSync(proxier, config, beginSync(proxier, config, 1), true, 1);
      expect(proxier.needFullSync).toBe(owes);
    }
  });

  it("PRX-12 does not notice that the last endpoint left", () => {
    for (const [ids, noticed] of [
      [[], true],
      [["PRX-12"], false],
    ] as const) {
      const config = proxyConfig({ nodeName: "n0", mutants: new Set(ids) });
      const proxier = newProxier();
      onEndpointSlice(proxier, config, slice("a", [ready(1)]), false);
      endSync(proxier, config, beginSync(proxier, config, 0), false, 0);
      expect(onEndpointSlice(proxier, config, slice("a", []), false)).toBe(noticed);
    }
  });
});

import { describe, expect, it } from "vitest";
import type { Service } from "../api/types/core-v1.ts";
import type { EndpointSlice } from "../api/types/discovery-v1.ts";
import type { DnsView } from "./dns.ts";
import { resolve } from "./dns.ts";

const meta = (name: string) => ({ name, namespace: "shop", uid: name, resourceVersion: "1", creationTimestamp: "" });
const service = (name: string, spec: Service["spec"]): [string, Service] => [
  `shop/${name}`,
  { apiVersion: "v1", kind: "Service", metadata: meta(name), spec },
];

const services = new Map([
  service("web", { clusterIP: "10.96.0.10", clusterIPs: ["10.96.0.10"] }),
  service("db", { clusterIP: "None" }),
  service("mail", { type: "ExternalName", externalName: "mail.example.com" }),
]);

const slices: EndpointSlice[] = [
  {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: meta("db-1"),
    addressType: "IPv4",
    endpoints: [
      { addresses: ["10.244.0.2"], hostname: "db-0", conditions: { ready: true } },
      { addresses: ["10.244.0.3"], hostname: "db-1", conditions: { ready: false } },
    ],
  },
];

const view: DnsView = { service: (key) => services.get(key), slices: (key) => (key === "shop/db" ? slices : []) };

describe("dns", () => {
  it.each(["web", "web.shop", "web.shop.svc", "web.shop.svc.cluster.local", "web.shop.svc.cluster.local."])(
    "%s is the cluster IP of the service",
    (name) => {
      expect(resolve(view, name, "shop")).toEqual({
        type: "addresses",
        addresses: ["10.96.0.10"],
        service: "shop/web",
      });
    },
  );

  it("a name without namespace is looked for in the pod's own", () => {
    expect(resolve(view, "web", "default")).toEqual({ type: "NXDOMAIN", name: "web.default.svc.cluster.local" });
  });

  it("a headless service has the addresses of its ready endpoints, and a name for each host", () => {
    expect(resolve(view, "db", "shop")).toEqual({ type: "addresses", addresses: ["10.244.0.2"], service: "shop/db" });
    expect(resolve(view, "db-0.db", "shop")).toEqual({
      type: "addresses",
      addresses: ["10.244.0.2"],
      service: "shop/db",
    });
    expect(resolve(view, "db-1.db", "shop").type).toBe("NXDOMAIN");
  });

  it("an ExternalName is an alias, and an address is itself", () => {
    expect(resolve(view, "mail", "shop")).toEqual({ type: "cname", name: "mail.example.com" });
    expect(resolve(view, "192.0.2.1", "shop")).toEqual({ type: "addresses", addresses: ["192.0.2.1"] });
  });
});

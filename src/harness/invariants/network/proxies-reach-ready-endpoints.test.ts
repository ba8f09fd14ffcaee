import { expect, test } from "vitest";
import { node } from "../fixtures.ts";
import { play } from "../history.ts";
import { proxiesReachReadyEndpoints } from "./proxies-reach-ready-endpoints.ts";

const slice = (endpoints: readonly object[]): { kind: string; [section: string]: unknown } => ({
  kind: "EndpointSlice",
  addressType: "IPv4",
  metadata: {
    name: "web-1",
    namespace: "default",
    labels: {
      "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
      "kubernetes.io/service-name": "web",
    },
  },
  ports: [{ name: "", port: 8080 }],
  endpoints,
});

const service = {
  kind: "Service",
  metadata: { name: "web", namespace: "default" },
  spec: { clusterIP: "10.96.0.1", selector: { app: "web" }, ports: [{ port: 80 }] },
};

const endpoints = [{ addresses: ["10.0.0.1"] }, { addresses: ["10.0.0.2"], conditions: { ready: false } }];

test("accepts a proxy that reaches the ready endpoint", () => {
  expect(
    play(proxiesReachReadyEndpoints, (h) => {
      h.processes = [{ name: "kube-proxy/n1", node: "n1", up: true, epoch: 0 }];
      h.create(node("n1"));
      h.create(service);
      h.create(slice(endpoints));
      return { reach: () => new Map([["10.0.0.1:8080", 1]]) };
    }),
  ).toEqual([]);
});

test("rejects a proxy that has not caught up", () => {
  expect(
    play(proxiesReachReadyEndpoints, (h) => {
      h.processes = [{ name: "kube-proxy/n1", node: "n1", up: true, epoch: 0 }];
      h.create(node("n1"));
      h.create(service);
      h.create(slice(endpoints));
      return { reach: () => new Map([["10.0.0.2:8080", 1]]) };
    })[0]?.sentence,
  ).toBe("From n1 its port 80 reaches 10.0.0.2:8080; ready are 10.0.0.1:8080.");
});

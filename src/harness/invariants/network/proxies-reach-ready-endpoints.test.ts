import { expect, test } from "vitest";
import { node, webService, webSlice } from "../fixtures.ts";
import { play } from "../history.ts";
import { proxiesReachReadyEndpoints } from "./proxies-reach-ready-endpoints.ts";

const endpoints = [{ addresses: ["10.0.0.1"] }, { addresses: ["10.0.0.2"], conditions: { ready: false } }];

test("accepts a proxy that reaches the ready endpoint", () => {
  expect(
    play(proxiesReachReadyEndpoints, (h) => {
      h.processes = [{ name: "kube-proxy/n1", node: "n1", up: true, epoch: 0 }];
      h.create(node("n1"));
      h.create(webService);
      h.create(webSlice(endpoints));
      return { reach: () => new Map([["10.0.0.1:8080", 1]]) };
    }),
  ).toEqual([]);
});

test("rejects a proxy that has not caught up", () => {
  expect(
    play(proxiesReachReadyEndpoints, (h) => {
      h.processes = [{ name: "kube-proxy/n1", node: "n1", up: true, epoch: 0 }];
      h.create(node("n1"));
      h.create(webService);
      h.create(webSlice(endpoints));
      return { reach: () => new Map([["10.0.0.2:8080", 1]]) };
    })[0]?.sentence,
  ).toBe("From n1 its port 80 reaches 10.0.0.2:8080; ready are 10.0.0.1:8080.");
});

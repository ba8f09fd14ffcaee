import { expect, test } from "vitest";
import { play } from "../history.ts";
import { slicesHoldTheirLimit } from "./slices-hold-their-limit.ts";

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

const endpoints = (n: number): object[] =>
  Array.from({ length: n }, (_, i) => ({ addresses: [`10.0.0.${i}`], targetRef: { uid: `u${i}` } }));

test("accepts a full slice", () => {
  expect(play(slicesHoldTheirLimit, (h) => void h.create(slice(endpoints(100))))).toEqual([]);
});

test("rejects one endpoint more, and one twice", () => {
  expect(play(slicesHoldTheirLimit, (h) => void h.create(slice(endpoints(101))))).toHaveLength(1);
  expect(play(slicesHoldTheirLimit, (h) => void h.create(slice([...endpoints(2), ...endpoints(1)])))).toHaveLength(1);
});

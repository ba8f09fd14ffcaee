import { expect, test } from "vitest";
import { play } from "../history.ts";
import { serviceAddressesAreUnique } from "./service-addresses-are-unique.ts";

const service = (name: string, spec: object): { kind: string; [section: string]: unknown } => ({
  kind: "Service",
  metadata: { name, namespace: "default" },
  spec,
});

test("accepts headless Services, ports of two protocols, and an address that is used again", () => {
  expect(
    play(serviceAddressesAreUnique, (h) => {
      h.create(service("a", { clusterIP: "None" }));
      h.create(service("b", { clusterIP: "None" }));
      h.create(
        service("c", {
          clusterIP: "10.96.0.1",
          ports: [
            { port: 1, nodePort: 30_000, protocol: "TCP" },
            { port: 1, nodePort: 30_000, protocol: "UDP" },
          ],
        }),
      );
      h.remove("services", "default/c");
      h.create(service("d", { clusterIP: "10.96.0.1" }));
    }),
  ).toEqual([]);
});

test("rejects a cluster IP and a node port that are taken", () => {
  expect(
    play(serviceAddressesAreUnique, (h) => {
      h.create(service("a", { clusterIP: "10.96.0.1", ports: [{ port: 1, nodePort: 30_000 }] }));
      h.create(service("b", { clusterIP: "10.96.0.1" }));
      h.create(service("c", { clusterIP: "10.96.0.2", ports: [{ port: 2, nodePort: 30_000 }] }));
    }),
  ).toHaveLength(2);
});

import { describe, expect, it } from "vitest";
import { netMatches } from "./address.ts";
import { clusterCidr, nodeOfAddress, podAddress, podCidr } from "./cni.ts";

describe("cni", () => {
  it("gives every node its own network inside the cluster's", () => {
    expect(podCidr(0)).toBe("10.244.0.0/24");
    expect(podCidr(255)).toBe("10.244.255.0/24");
    expect(podCidr(256)).toBe("10.245.0.0/24");
    expect(podCidr(12 * 256)).toBe("10.128.0.0/24");
    const all = Array.from({ length: 5000 }, (_, i) => podCidr(i));
    expect(new Set(all).size).toBe(5000);
    expect(all.every((cidr) => netMatches(clusterCidr(5000), podAddress(cidr, 1)))).toBe(true);
  });

  it("routes a pod address to the node with its network", () => {
    const nodes = [0, 1].map((i) => ({ name: `n${i}`, nodeIP: `172.18.0.${i + 2}`, podCIDR: podCidr(i) }));
    expect(nodeOfAddress(nodes, podAddress(podCidr(1), 7))).toBe("n1");
    expect(nodeOfAddress(nodes, "172.18.0.2")).toBe("n0");
    expect(nodeOfAddress(nodes, "192.0.2.1")).toBeUndefined();
  });
});

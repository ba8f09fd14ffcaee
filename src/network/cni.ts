import { assert } from "../base/assert.ts";
import { cidrContains, parseCidr, parseIp } from "./address.ts";

/** Nodes that one /24 each of 10.244.0.0/16 serves. */
const smallClusterMax = 256;
/** Second octets from 10.244 to 10.255, then from 10.128 to 10.243. */
const octetsMax = 128;

/** --cluster-cidr: all pod addresses of a cluster of so many nodes. */
export function clusterCidr(nodes: number): string {
  return nodes <= smallClusterMax ? "10.244.0.0/16" : "10.128.0.0/9";
}

/** spec.podCIDR of the node with this index: 0 = "10.244.0.0/24". */
export function podCidr(index: number): string {
  assert(index >= 0 && index < smallClusterMax * octetsMax, "a node index is between 0 and 32767");
  const octet = 244 + (index >> 8);
  return `10.${octet < 256 ? octet : octet - octetsMax}.${index & 255}.0/24`;
}

/** The n-th pod address of a /24 pod network, n from 1 to 253: "10.244.3.0/24", 1 = "10.244.3.2". The first is the bridge's. */
export function podAddress(cidr: string, n: number): string {
  assert(n >= 1 && n <= 253, "a /24 has 253 pod addresses");
  return `${cidr.slice(0, cidr.lastIndexOf(".") + 1)}${n + 1}`;
}

/** A node as the routes of the pod network know it. */
export interface RouteNode {
  readonly name: string;
  readonly nodeIP: string;
  readonly podCIDR: string | undefined;
}

/** The node that a packet to this pod or node address is routed to; undefined when it leaves the cluster. */
export function nodeOfAddress(nodes: Iterable<RouteNode>, address: string): string | undefined {
  const ip = parseIp(address);
  if (ip === undefined) return undefined;
  for (const node of nodes) {
    if (node.nodeIP === address) return node.name;
    const cidr = node.podCIDR === undefined ? undefined : parseCidr(node.podCIDR);
    if (cidr !== undefined && cidrContains(cidr, ip)) return node.name;
  }
  return undefined;
}

import { assert } from "../../base/assert.ts";

/** The pod addresses of one node: round robin over its IPv4 range, as the host-local IPAM plugin gives them. */
export interface PodAddresses {
  /** First address of the range, as a number. */
  readonly base: number;
  /** Number of addresses in the range, network, gateway and broadcast included. */
  readonly size: number;
  /** Offset given last. */
  last: number;
  readonly used: Set<number>;
}

/** The empty allocator of a range such as "10.244.1.0/24". */
export function podAddresses(cidr: string): PodAddresses {
  const m = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  assert(m !== null, `pod range must be an IPv4 CIDR, found ${cidr}`);
  const [, a, b, c, d, bits] = m;
  const base = Number(a) * 2 ** 24 + Number(b) * 2 ** 16 + Number(c) * 2 ** 8 + Number(d);
  return { base, size: 2 ** (32 - Number(bits)), last: 1, used: new Set() };
}

/** Takes the next free address; undefined when the range is used up. The first host address is the gateway's. */
export function takeAddress(addresses: PodAddresses): string | undefined {
  const usable = addresses.size - 3;
  for (let i = 0; i < usable; i += 1) {
    const offset = addresses.last + 1 > addresses.size - 2 ? 2 : addresses.last + 1;
    addresses.last = offset;
    if (addresses.used.has(offset)) continue;
    addresses.used.add(offset);
    return text(addresses.base + offset);
  }
  return undefined;
}

/** Gives an address back; one that was not taken is ignored. */
export function releaseAddress(addresses: PodAddresses, ip: string): void {
  const [a, b, c, d] = ip.split(".");
  addresses.used.delete(Number(a) * 2 ** 24 + Number(b) * 2 ** 16 + Number(c) * 2 ** 8 + Number(d) - addresses.base);
}

function text(n: number): string {
  return `${Math.floor(n / 2 ** 24)}.${Math.floor(n / 2 ** 16) % 256}.${Math.floor(n / 256) % 256}.${n % 256}`;
}

/** IP family as Services name it. */
export type IpFamily = "IPv4" | "IPv6";

/** A parsed address: 16-bit groups, two of IPv4, eight of IPv6. */
export interface Ip {
  readonly family: IpFamily;
  readonly groups: readonly number[];
}

/** A parsed network, its host bits cleared. */
export interface Cidr {
  readonly ip: Ip;
  /** Length of the prefix in bits. */
  readonly bits: number;
}

const plainV4 = /^(?:0|[1-9]\d{0,2})\.(?:0|[1-9]\d{0,2})\.(?:0|[1-9]\d{0,2})\.(?:0|[1-9]\d{0,2})$/;

/** Parses an address as Go's ParseIPSloppy does (leading zeros are decimal); undefined when it is none. */
export function parseIp(text: string): Ip | undefined {
  return text.includes(":") ? parseV6(text) : parseV4(text);
}

/** Family of an address or network text, by its look. */
export function familyOf(text: string): IpFamily {
  return text.includes(":") ? "IPv6" : "IPv4";
}

/** The address as Go's net.IP prints it: "FD00:10:96:0::AB" = "fd00:10:96::ab". A text that is no address stays. */
export function canonicalIp(text: string): string {
  if (plainV4.test(text)) return text;
  const ip = parseIp(text);
  return ip === undefined ? text : printIp(ip);
}

/** Go's text of an address: zeros of the first longest run of two or more groups become "::". */
export function printIp(ip: Ip): string {
  const g = ip.groups;
  if (ip.family === "IPv4") return dotted(g[0] ?? 0, g[1] ?? 0);
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i += 1) {
    let n = 0;
    while (i + n < 8 && g[i + n] === 0) n += 1;
    if (n > length) {
      start = i;
      length = n;
    }
    if (n > 0) i += n - 1;
  }
  const hex = (part: readonly number[]): string => part.map((x) => x.toString(16)).join(":");
  return start < 0 ? hex(g) : `${hex(g.slice(0, start))}::${hex(g.slice(start + length))}`;
}

/** Parses "address/bits"; undefined when it is no network. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf("/");
  const ip = slash < 0 ? undefined : parseIp(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (ip === undefined || !/^\d{1,3}$/.test(length)) return undefined;
  const bits = Number(length);
  if (bits > ip.groups.length * 16) return undefined;
  return { ip: { family: ip.family, groups: ip.groups.map((group, i) => group & groupMask(bits, i)) }, bits };
}

/** The network as Go's net.IPNet prints it: "192.0.2.77/24" = "192.0.2.0/24". */
export function printCidr(cidr: Cidr): string {
  return `${printIp(cidr.ip)}/${cidr.bits}`;
}

/** Whether `ip` lies in the network. */
export function cidrContains(cidr: Cidr, ip: Ip): boolean {
  if (cidr.ip.family !== ip.family) return false;
  for (let i = 0; i < ip.groups.length; i += 1) {
    if (((ip.groups[i] ?? 0) & groupMask(cidr.bits, i)) !== cidr.ip.groups[i]) return false;
  }
  return true;
}

/** Whether `address` equals or lies in `net`, which is an address or a network. */
export function netMatches(net: string, address: string): boolean {
  if (!net.includes("/")) return canonicalIp(net) === canonicalIp(address);
  const cidr = parseCidr(net);
  const ip = parseIp(address);
  return cidr !== undefined && ip !== undefined && cidrContains(cidr, ip);
}

/** 127.0.0.0/8 or ::1. */
export function isLoopback(ip: Ip): boolean {
  if (ip.family === "IPv4") return (ip.groups[0] ?? 0) >> 8 === 127;
  return ip.groups.every((group, i) => group === (i === 7 ? 1 : 0));
}

/** "10.0.0.1:80" or "[fd00::1]:80". */
export function joinHostPort(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function dotted(high: number, low: number): string {
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

function groupMask(bits: number, group: number): number {
  const inGroup = Math.min(16, Math.max(0, bits - 16 * group));
  return (0xffff << (16 - inGroup)) & 0xffff;
}

function parseV4(text: string): Ip | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  const bytes: number[] = [];
  for (const part of parts) {
    if (!/^\d+$/.test(part) || Number(part) > 255) return undefined;
    bytes.push(Number(part));
  }
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return { family: "IPv4", groups: [(a << 8) | b, (c << 8) | d] };
}

function parseV6(text: string): Ip | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? "");
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? "") : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  const mapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  return mapped ? { family: "IPv4", groups: groups.slice(6) } : { family: "IPv6", groups };
}

function groupsOf(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  for (const part of text.split(":")) {
    if (part.includes(".")) {
      const v4 = parseV4(part);
      if (v4 === undefined) return undefined;
      groups.push(...v4.groups);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}

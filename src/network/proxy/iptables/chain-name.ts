import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** Names are pure functions of their text: a cache of them is no state. Emptied when full. */
const cache = new Map<string, string>();
const cacheMax = 20_000;

/** Chains of one service port: the prefix says which. */
export function serviceChain(kind: "SVC" | "SVL" | "FW" | "EXT", nameString: string, protocol: string): string {
  return `KUBE-${kind}-${hash(nameString + protocol)}`;
}

/** The chain that leads to one endpoint ("ip:port") of a service port. */
export function endpointChain(nameString: string, protocol: string, endpoint: string): string {
  return `KUBE-SEP-${hash(nameString + protocol + endpoint)}`;
}

/** Whether a chain of the nat table is one that services come and go with. */
export function isServiceChain(chain: string): boolean {
  return /^KUBE-(?:SVC|SVL|SEP|FW|EXT)-/.test(chain);
}

/** The first 16 characters of base32(SHA-256(text)): ten bytes. */
function hash(text: string): string {
  const found = cache.get(text);
  if (found !== undefined) return found;
  const bytes = sha256(utf8ToBytes(text));
  let name = "";
  for (let bit = 0; bit < 80; bit += 5) {
    const at = bit >> 3;
    const word = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    name += alphabet[(word >> (11 - (bit & 7))) & 31] ?? "";
  }
  if (cache.size >= cacheMax) cache.clear();
  cache.set(text, name);
  return name;
}

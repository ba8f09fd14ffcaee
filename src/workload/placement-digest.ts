/** FNV-1a, 64 bits, over the chosen node's name and a newline for each pod in order; plain data. */
export interface PlacementDigest {
  high: number;
  low: number;
}

/** The digest of no placement: the offset basis cbf29ce484222325. */
export function emptyPlacements(): PlacementDigest {
  return { high: 0xcbf29ce4, low: 0x84222325 };
}

/** Adds one pod's node; "" for a pod that fits nowhere. */
export function digestPlacement(digest: PlacementDigest, node: string): void {
  for (let i = 0; i < node.length; i += 1) fold(digest, node.charCodeAt(i));
  fold(digest, 0x0a);
}

/** Sixteen hexadecimal digits. */
export function placementsHex({ high, low }: PlacementDigest): string {
  return high.toString(16).padStart(8, "0") + low.toString(16).padStart(8, "0");
}

/** hash = (hash xor byte) * 0x100000001b3, in halves: the prime is 2^40 + 435, and 2^40 shifts low by 8 into high. */
function fold(digest: PlacementDigest, byte: number): void {
  const low = (digest.low ^ byte) >>> 0;
  const product = low * 435;
  const carry = Math.floor(product / 0x1_0000_0000);
  digest.high = (Math.imul(digest.high, 435) + carry + (low << 8)) >>> 0;
  digest.low = product >>> 0;
}

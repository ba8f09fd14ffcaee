/** A rolling 64-bit digest of text: two 32-bit lanes, plain data. Not cryptographic. */
export interface Digest {
  a: number;
  b: number;
}

/** The digest of nothing. */
export function emptyDigest(): Digest {
  return { a: 0x811c9dc5 | 0, b: 0x9e3779b9 | 0 };
}

/** Folds `text` and an end mark into `digest`. */
export function digestText(digest: Digest, text: string): void {
  digestPart(digest, text);
  digestEnd(digest);
}

/** Folds a part of a text into `digest`: parts give what the joined text would, without joining it. */
export function digestPart(digest: Digest, text: string): void {
  let { a, b } = digest;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x85ebca6b) ^ (b >>> 13);
  }
  digest.a = a;
  digest.b = b;
}

/** Folds the end mark of a text that was given in parts. */
export function digestEnd(digest: Digest): void {
  const { a, b } = digest;
  digest.a = Math.imul(a ^ 0x100, 0x01000193);
  digest.b = Math.imul(b ^ 0x100, 0xc2b2ae35) ^ (b >>> 16);
}

/** Sixteen hexadecimal digits. */
export function digestHex(digest: Digest): string {
  return (digest.a >>> 0).toString(16).padStart(8, "0") + (digest.b >>> 0).toString(16).padStart(8, "0");
}

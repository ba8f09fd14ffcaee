import type { PodTemplateSpec } from "../../api/types/core-v1.ts";
import { printedTemplate } from "./printed-template.ts";

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** The value of label pod-template-hash: FNV-1a of the printed template and the collision count, in safe characters. */
export function podTemplateHash(template: PodTemplateSpec, collisionCount?: number): string {
  let hash = fnv1a(FNV_OFFSET, printedTemplate(template));
  if (collisionCount !== undefined) hash = fnv1aCount(hash, collisionCount);
  return safeEncode(String(hash >>> 0));
}

/** rand.SafeEncodeString: each character becomes one that cannot spell a word. */
export function safeEncode(text: string): string {
  let safe = "";
  for (let i = 0; i < text.length; i += 1) safe += ALPHABET[text.charCodeAt(i) % ALPHABET.length] ?? "";
  return safe;
}

/** FNV-1a (32 bits) over the UTF-8 bytes of `text`. */
export function fnv1a(start: number, text: string): number {
  let hash = start;
  for (let i = 0; i < text.length; i += 1) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      hash = Math.imul(hash ^ code, FNV_PRIME);
      continue;
    }
    if (code >= 0xd800 && code < 0xdc00 && i + 1 < text.length) {
      code = 0x10000 + ((code - 0xd800) << 10) + (text.charCodeAt(i + 1) - 0xdc00);
      i += 1;
    }
    const tail = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    const lead = tail === 1 ? 0xc0 : tail === 2 ? 0xe0 : 0xf0;
    hash = Math.imul(hash ^ (lead | (code >> (6 * tail))), FNV_PRIME);
    for (let k = tail - 1; k >= 0; k -= 1) hash = Math.imul(hash ^ (0x80 | ((code >> (6 * k)) & 0x3f)), FNV_PRIME);
  }
  return hash;
}

function fnv1aCount(start: number, count: number): number {
  let hash = start;
  for (let i = 0; i < 8; i += 1) hash = Math.imul(hash ^ (i < 4 ? (count >>> (8 * i)) & 0xff : 0), FNV_PRIME);
  return hash;
}

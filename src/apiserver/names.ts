import type { ServerContext } from "./server-context.ts";

const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** Five characters of upstream's alphabet without vowels and look-alikes. */
export function randomSuffix(context: ServerContext, stream: string): string {
  let n = Math.floor(context.random(stream) * ALPHABET.length ** 5);
  let text = "";
  for (let i = 0; i < 5; i++) {
    text += ALPHABET.charAt(n % ALPHABET.length);
    n = Math.floor(n / ALPHABET.length);
  }
  return text;
}

/** A name for a generateName prefix: the prefix is cut so that both fit into 63 characters. */
export function generateName(prefix: string, context: ServerContext): string {
  return prefix.slice(0, 58) + randomSuffix(context, "apiserver/generateName");
}

const HEX: readonly string[] = Array.from({ length: 65536 }, (_, i) => i.toString(16).padStart(4, "0"));

/** A version 4 UUID from the run's own randomness. */
export function newUid(context: ServerContext): string {
  const draw = (): number => Math.floor(context.random("apiserver/uid") * 0x1_0000_0000);
  const [a, b, c, d] = [draw(), draw(), draw(), draw()];
  const hex = (n: number): string => HEX[n & 0xffff] ?? "";
  const version = hex((b & 0x0fff) | 0x4000);
  const variant = hex((c & 0x3fff) | 0x8000);
  return `${hex(a >>> 16)}${hex(a)}-${hex(b >>> 16)}-${version}-${variant}-${hex(c >>> 16)}${hex(d >>> 16)}${hex(d)}`;
}

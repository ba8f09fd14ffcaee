const ZERO = "0".charCodeAt(0);
const DOT = ".".charCodeAt(0) - ZERO;

/** An IPv4 address as a number; undefined when it is none. HOT: the addresses in a status are validated at every write. */
export function parseIp(text: string): number | undefined {
  let value = 0;
  let part = -1;
  let parts = 1;
  for (let i = 0; i < text.length; i += 1) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit >= 0 && digit <= 9) {
      // No leading zeros.
      if (part === 0) return undefined;
      part = part < 0 ? digit : part * 10 + digit;
      if (part > 255) return undefined;
    } else {
      if (digit !== DOT || part < 0 || parts === 4) return undefined;
      value = value * 256 + part;
      part = -1;
      parts += 1;
    }
  }
  return parts === 4 && part >= 0 ? value * 256 + part : undefined;
}

/** A number as an IPv4 address: formatIp(0x0a600001) = "10.96.0.1". */
export function formatIp(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

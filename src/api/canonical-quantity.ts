import { parseQuantity } from "./quantity.ts";

const NANO = 1_000_000_000n;
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const cache = new Map<string, string>();

/** How upstream prints a quantity again: "0.5" → "500m", "1.5Gi" → "1536Mi"; undefined when it is no quantity. */
export function canonicalQuantity(text: string | number): string | undefined {
  const key = String(text);
  const known = cache.get(key);
  if (known !== undefined) return known;
  const result = canonical(key);
  if (result !== undefined && cache.size < 100_000) cache.set(key, result);
  return result;
}

/** Nano-units as a quantity, in powers of 1024 where that is asked for and exact. */
export function formatQuantity(nano: bigint, inBinary: boolean): string {
  if (nano === 0n) return "0";
  const sign = nano < 0n ? "-" : "";
  const value = nano < 0n ? -nano : nano;
  return sign + (inBinary && value % NANO === 0n && value >= 1024n * NANO ? binary(value / NANO) : decimal(value));
}

function canonical(text: string): string | undefined {
  const nano = parseQuantity(text);
  if (nano === undefined) return undefined;
  const suffix = /[A-Za-z].*$/.exec(text)?.[0] ?? "";
  if (nano === 0n) return "0";
  const sign = nano < 0n ? "-" : "";
  const value = nano < 0n ? -nano : nano;
  if (suffix.endsWith("i") && value % NANO === 0n && value >= 1024n * NANO) return sign + binary(value / NANO);
  if (/^[eE][+-]?\d+$/.test(suffix)) return sign + exponent(value);
  return sign + decimal(value);
}

function binary(value: bigint): string {
  let rest = value;
  let i = 0;
  while (rest % 1024n === 0n && i < BINARY.length - 1) {
    rest /= 1024n;
    i += 1;
  }
  return `${rest}${BINARY[i] ?? ""}`;
}

function decimal(nano: bigint): string {
  let rest = nano;
  let i = 0;
  while (rest % 1000n === 0n && i < DECIMAL.length - 1) {
    rest /= 1000n;
    i += 1;
  }
  return `${rest}${DECIMAL[i] ?? ""}`;
}

/** Decimal exponents stay exponents, in steps of three: "1e4" → "10e3". */
function exponent(nano: bigint): string {
  let rest = nano;
  let power = -9;
  while (rest % 1000n === 0n && power < 18) {
    rest /= 1000n;
    power += 3;
  }
  return power === 0 ? String(rest) : `${rest}e${power}`;
}

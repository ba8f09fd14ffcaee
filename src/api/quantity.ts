/** Kubernetes quantities ("100m", "1.5Gi", "2e3"), exact: a value is a whole number of nano-units. */

const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(n|u|m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei|[eE][+-]?\d+)?$/;
const DECIMAL: { readonly [suffix: string]: number } = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const BINARY: { readonly [suffix: string]: bigint } = {
  Ki: 1n << 10n,
  Mi: 1n << 20n,
  Gi: 1n << 30n,
  Ti: 1n << 40n,
  Pi: 1n << 50n,
  Ei: 1n << 60n,
};
const NANO = 1_000_000_000n;
const cache = new Map<string, bigint>();

/** Nano-units of a quantity, rounded up (away from zero) as upstream does below 1n; undefined when it is no quantity. */
export function parseQuantity(text: string | number): bigint | undefined {
  const key = String(text);
  const known = cache.get(key);
  if (known !== undefined) return known;
  const value = parse(key);
  if (value !== undefined && cache.size < 100_000) cache.set(key, value);
  return value;
}

/** Whole units, rounded up: memory bytes, counts. 0 for what is no quantity. */
export function quantityValue(text: string | number | undefined): number {
  return text === undefined ? 0 : Number(ceilDiv(parseQuantity(text) ?? 0n, NANO));
}

/** Thousandths, rounded up: milli-CPU. 0 for what is no quantity. */
export function quantityMilli(text: string | number | undefined): number {
  return text === undefined ? 0 : Number(ceilDiv(parseQuantity(text) ?? 0n, 1_000_000n));
}

function parse(text: string): bigint | undefined {
  const m = PATTERN.exec(text);
  if (m === null) return undefined;
  const [, sign = "", whole = "", fraction = "", suffix = ""] = m;
  if (whole === "" && fraction === "") return undefined;
  const digits = BigInt(`${whole}${fraction}`);
  const places = BigInt(fraction.length);
  const binary = BINARY[suffix];
  let numerator: bigint;
  let denominator = 10n ** places;
  if (binary !== undefined) numerator = digits * binary * NANO;
  else {
    const exponent = /^[eE]/.test(suffix) && suffix !== "E" ? Number(suffix.slice(1)) : DECIMAL[suffix];
    if (exponent === undefined) return undefined;
    numerator = digits * NANO;
    if (exponent >= 0) numerator *= 10n ** BigInt(exponent);
    else denominator *= 10n ** BigInt(-exponent);
  }
  const value = ceilDiv(numerator, denominator);
  return sign === "-" ? -value : value;
}

function ceilDiv(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b > 0n ? q + 1n : q;
}

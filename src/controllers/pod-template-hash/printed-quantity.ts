/** How Go's parser holds a quantity (apimachinery resource.Quantity), printed field by field as the hash reads it. */

const SUFFIX = /^([+-]?)(\d*)(?:\.(\d*))?(.*)$/;
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
const BINARY: { readonly [suffix: string]: number } = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const MAX_INT64 = (1n << 63n) - 1n;
const NANO_SCALE = 9;

interface Parsed {
  readonly value: bigint;
  readonly scale: number;
  readonly format: string;
  readonly text: string;
  /** Set when the number does not fit the fast form: unscaled value and scale of an inf.Dec. */
  readonly decimal?: { readonly unscaled: bigint; readonly scale: number };
}

/** The printed fields of a quantity text, e.g. "{i:(resource.int64Amount){value:(int64)1 scale:(resource.Scale)3} …}". */
export function printedQuantity(text: string | number): string {
  const { value, scale, format, text: kept, decimal } = parse(String(text));
  const dec = decimal === undefined ? "<nil>" : printedDecimal(decimal.unscaled, decimal.scale);
  return (
    `{i:(resource.int64Amount){value:(int64)${value} scale:(resource.Scale)${scale}} ` +
    `d:(resource.infDecAmount){Dec:(*inf.Dec)${dec}} s:(string)${kept} Format:(resource.Format)${format}}`
  );
}

/** The printed zero value of a quantity that is not set. */
export const printedNoQuantity: string =
  "{i:(resource.int64Amount){value:(int64)0 scale:(resource.Scale)0} " +
  "d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string) Format:(resource.Format)}";

function parse(text: string): Parsed {
  if (text === "0") return { value: 0n, scale: 0, format: "DecimalSI", text };
  const [, sign = "", whole = "", fraction = "", suffix = ""] = SUFFIX.exec(text) ?? [];
  const digits = whole.replace(/^0+/, "");
  const binary = BINARY[suffix];
  const decimal = DECIMAL[suffix];
  const exponent = binary ?? decimal ?? Number(suffix.slice(1));
  const format = binary !== undefined ? "BinarySI" : decimal !== undefined ? "DecimalSI" : "DecimalExponent";
  const precision =
    binary === undefined
      ? 18 - (digits.length + fraction.length)
      : fraction === ""
        ? 15 - digits.length - Math.trunc((exponent * 3) / 10) - 1
        : -1;
  const scale = (binary === undefined ? exponent : 0) - fraction.length;
  const shifted = `${digits}${fraction}`;
  if (precision >= 0 && scale >= -NANO_SCALE) {
    const unsigned = BigInt(shifted === "" ? 0 : shifted) << BigInt(binary ?? 0);
    if (unsigned <= MAX_INT64) {
      const value = sign === "-" ? -unsigned : unsigned;
      const canonical =
        binary === undefined
          ? scale % 3 === 0 && !shifted.endsWith("000") && !shifted.startsWith("0") && shifted !== ""
          : exponent % 10 === 0 && Number(BigInt(shifted) & 7n) !== 0;
      return { value, scale, format, text: canonical ? text : "" };
    }
  }
  return slow(
    sign === "-",
    BigInt(shifted === "" ? 0 : shifted),
    fraction.length,
    exponent,
    binary !== undefined,
    format,
  );
}

function slow(
  negative: boolean,
  digits: bigint,
  places: number,
  exponent: number,
  binary: boolean,
  format: string,
): Parsed {
  let unscaled = binary ? digits << BigInt(exponent) : digits;
  let scale = binary ? places : places - exponent;
  if (unscaled !== 0n) {
    if (scale <= NANO_SCALE) unscaled *= 10n ** BigInt(NANO_SCALE - scale);
    else {
      const divisor = 10n ** BigInt(scale - NANO_SCALE);
      unscaled = (unscaled + divisor - 1n) / divisor;
    }
    scale = NANO_SCALE;
  }
  if (binary && unscaled > MAX_INT64 * 10n ** BigInt(scale)) {
    unscaled = MAX_INT64;
    scale = 0;
  }
  const small = binary && unscaled > 0n && unscaled < 10n ** BigInt(Math.max(0, scale));
  return {
    value: 0n,
    scale: 0,
    format: small ? "DecimalSI" : format,
    text: "",
    decimal: { unscaled: negative ? -unscaled : unscaled, scale },
  };
}

function printedDecimal(unscaled: bigint, scale: number): string {
  const words: string[] = [];
  for (let rest = unscaled < 0n ? -unscaled : unscaled; rest > 0n; rest >>= 64n)
    words.push(String(rest & ((1n << 64n) - 1n)));
  const abs = words.length === 0 ? "<nil>" : `[${words.join(" ")}]`;
  return `{unscaled:(big.Int){neg:(bool)${unscaled < 0n} abs:(big.nat)${abs}} scale:(inf.Scale)${scale}}`;
}

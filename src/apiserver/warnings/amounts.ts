import { quantityMilli } from "../../api/quantity.ts";

/** Warnings about amounts of bytes that are not whole. */
export function fractionalWarnings(
  amounts: { readonly [name: string]: string } | undefined,
  at: string,
  names: readonly string[],
): readonly string[] {
  const warnings: string[] = [];
  for (const name of names) {
    const amount = amounts?.[name];
    if (amount !== undefined && quantityMilli(amount) % 1000 !== 0)
      warnings.push(`${at}[${name}]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`);
  }
  return warnings;
}

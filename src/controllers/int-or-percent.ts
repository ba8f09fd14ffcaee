/** Resolves "25%" of `total`, rounded up or down, or the plain number (intstr.GetScaledValueFromIntOrPercent). */
export function scaledValue(value: number | string | undefined, total: number, roundUp: boolean): number {
  if (value === undefined) return 0;
  if (typeof value === "number") return value;
  const percent = Number(value.endsWith("%") ? value.slice(0, -1) : value);
  if (!Number.isInteger(percent)) return 0;
  const share = (percent * total) / 100;
  return roundUp ? Math.ceil(share) : Math.floor(share);
}

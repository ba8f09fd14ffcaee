/** Warnings about an address in another form than RFC 5952's. */
export function ipWarnings(text: string, at: string): readonly string[] {
  const canonical = text.includes(":") ? canonicalIpv6(text) : text;
  if (canonical === undefined || canonical === text) return [];
  return [
    `${at}: IPv6 address ${JSON.stringify(text)} should be in RFC 5952 canonical format (${JSON.stringify(canonical)})`,
  ];
}

/** An IPv6 address in lower case, without leading zeros, the longest run of zero groups written as "::". */
function canonicalIpv6(text: string): string | undefined {
  const groups = groupsOf(text);
  if (groups === undefined) return undefined;
  let best = { from: -1, length: 1 };
  for (let i = 0; i < groups.length; i++) {
    let length = 0;
    while (groups[i + length] === 0) length += 1;
    if (length > best.length) best = { from: i, length };
  }
  const hex = (list: readonly number[]): string => list.map((group) => group.toString(16)).join(":");
  if (best.from < 0) return hex(groups);
  return `${hex(groups.slice(0, best.from))}::${hex(groups.slice(best.from + best.length))}`;
}

function groupsOf(text: string): readonly number[] | undefined {
  const [head = "", tail] = text.split("::");
  const parse = (half: string): number[] =>
    half === "" ? [] : half.split(":").map((group) => Number.parseInt(group, 16));
  const left = parse(head);
  const right = tail === undefined ? [] : parse(tail);
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array<number>(Math.max(0, 8 - left.length - right.length)).fill(0), ...right];
  return groups.length === 8 && groups.every((group) => group >= 0 && group <= 0xffff) ? groups : undefined;
}

/** Warnings about a range whose address has bits outside the prefix. */
export function cidrWarnings(text: string, at: string): readonly string[] {
  const [address = "", bits = ""] = text.split("/");
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return [];
  const size = 2 ** (32 - Number(bits));
  const value = parts.reduce((sum, part) => sum * 256 + part, 0);
  const first = Math.floor(value / size) * size;
  if (first === value) return [];
  const network = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".");
  return [
    `${at}: CIDR value ${JSON.stringify(text)} is ambiguous in this context (should be ${JSON.stringify(`${network}/${bits}`)} or ${JSON.stringify(`${address}/32`)}?)`,
  ];
}

/** JSON for people and programs: two spaces, a newline at the end, whole numbers beyond 2^53 as text. */
export function renderJson(value: unknown): string {
  const plain = (_: string, item: unknown): unknown => {
    if (typeof item === "bigint") return item.toString();
    if (item instanceof Map) return Object.fromEntries(item);
    if (item instanceof Set) return [...item];
    return item;
  };
  return `${JSON.stringify(value, plain, 2)}\n`;
}

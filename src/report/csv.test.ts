import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { renderCsv, writeCsv } from "./csv.ts";
import { renderJson } from "./json.ts";

test("csv > quotes what needs it, leaves absent fields empty and keeps the order of columns", () => {
  expect(
    renderCsv([
      { a: 1, b: 'x,"y"' },
      { a: 2, c: true },
    ]),
  ).toBe('a,b,c\n1,"x,""y""",\n2,,true\n');
  expect(renderCsv([{ a: 1, b: 2 }], ["b", "a"])).toBe("b,a\n2,1\n");
  expect(renderCsv([], ["a", "b"])).toBe("a,b\n");
});

test("csv > a file appears whole, in folders that are made for it, and no temporary file stays", () => {
  const folder = mkdtempSync(join(tmpdir(), "shakedown-csv-"));
  try {
    const path = join(folder, "deep", "table.csv");
    writeCsv(path, [{ a: 1 }]);
    expect(readFileSync(path, "utf8")).toBe("a\n1\n");
    expect(readdirSync(join(folder, "deep"))).toEqual(["table.csv"]);
    expect(() => writeCsv(join(path, "below-a-file.csv"), [{ a: 1 }])).toThrow(/cannot be written/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("json > maps, sets and big integers are rendered as plain JSON", () => {
  expect(JSON.parse(renderJson({ m: new Map([["k", 1n]]), s: new Set([1]) }))).toEqual({ m: { k: "1" }, s: [1] });
});

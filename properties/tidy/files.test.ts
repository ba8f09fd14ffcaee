import { expect, test } from "vitest";
import { type Source, sources, withoutComments } from "./sources.ts";

const MAX_CODE_LINES = 400;
const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.(?:test|property))?\.ts$/;

/** Lines that are neither blank nor comment. */
function codeLines(text: string): number {
  return withoutComments(text)
    .split("\n")
    .filter((line) => line.trim() !== "").length;
}

function tooLong(files: readonly Source[]): readonly string[] {
  return files
    .filter(({ text }) => codeLines(text) > MAX_CODE_LINES)
    .map(({ path, text }) => `${path}: ${codeLines(text)} code lines, at most ${MAX_CODE_LINES}`);
}

function oddNames(files: readonly Source[]): readonly string[] {
  return files.map(({ path }) => path).filter((path) => !KEBAB_CASE.test(path.slice(path.lastIndexOf("/") + 1)));
}

function markers(files: readonly Source[]): readonly string[] {
  const word = new RegExp(`\\b(?:${["TO" + "DO", "FIX" + "ME", "XX" + "X"].join("|")})\\b`);
  return files.filter(({ text }) => word.test(text)).map(({ path }) => path);
}

const all = sources("src", "properties", "benchmarks");

test("files > the checkers find planted violations", () => {
  const long = { path: "src/base/long.ts", text: "/*\n\n*/\n// c\n\n".repeat(500) + "a();\n".repeat(401) };
  const fine = { path: "src/base/all-right.test.ts", text: "// c\n".repeat(1000) + "a();\n".repeat(400) };
  const odd = { path: "src/base/camelCase.ts", text: `// ${"TO"}DO later` };
  expect(tooLong([long, fine, odd])).toEqual(["src/base/long.ts: 401 code lines, at most 400"]);
  expect(oddNames([long, fine, odd])).toEqual(["src/base/camelCase.ts"]);
  expect(markers([long, fine, odd])).toEqual(["src/base/camelCase.ts"]);
});

test("files > none has more than 400 code lines", () => {
  expect(tooLong(all)).toEqual([]);
});

test("files > all are named in kebab-case", () => {
  expect(oddNames(all)).toEqual([]);
});

test("files > none puts work off", () => {
  expect(markers(all)).toEqual([]);
});

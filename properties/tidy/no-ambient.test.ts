import { expect, test } from "vitest";
import { type Source, mayHaveEffects, sources, withoutComments } from "./sources.ts";

/** Ambient time, randomness, effects and locale: none of it may steer a run. */
const BANNED: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["Date", /\bDate\s*[.(]|\bnew\s+Date\b/],
  ["Math.random", /\bMath\s*\.\s*random\b|\{[^}]*\brandom\b[^}]*\}\s*=\s*Math\b/],
  ["timers", /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/],
  ["performance", /\bperformance\s*\./],
  ["process", /\bprocess\s*\.\s*(?:env|argv|exit|hrtime|nextTick|on|stdout|stderr|stdin|memoryUsage|cwd)\b/],
  ["console", /\bconsole\s*\./],
  ["crypto", /\bcrypto\s*\.|["']node:crypto["']/],
  ["Intl or locale", /\bIntl\s*\.|\.\s*(?:localeCompare|toLocale\w+)\b/],
  ["async", /\basync\b\s*(?:function|\(|\w+\s*=>|\*)|\bawait\b|\bnew\s+Promise\b|\bPromise\s*\./],
  ["Node.js modules", /(?:\bfrom|\bimport)\s*\(?\s*["']node:/],
  ["weak references", /\b(?:WeakRef|FinalizationRegistry)\b/],
];

function violations(files: readonly Source[]): readonly string[] {
  const found: string[] = [];
  for (const { path, text } of files)
    for (const [index, line] of withoutComments(text).split("\n").entries())
      for (const [what, pattern] of BANNED) if (pattern.test(line)) found.push(`${path}:${index + 1}: ${what}`);
  return found;
}

test("no ambient > the checker finds planted violations", () => {
  const planted = [
    "const a = Date.now();",
    "const { random } = Math;",
    "setTimeout(go, 1);",
    "/* Date.now() in a comment is fine */ const fine = validateDate(x); // Math.random()",
    "names.sort((a, b) => a.localeCompare(b));",
    "const wait = async () => 1;",
    'import { readFileSync } from "node:fs";',
  ];
  expect(violations([{ path: "src/base/x.ts", text: planted.join("\n") }])).toEqual([
    "src/base/x.ts:1: Date",
    "src/base/x.ts:2: Math.random",
    "src/base/x.ts:3: timers",
    "src/base/x.ts:5: Intl or locale",
    "src/base/x.ts:6: async",
    "src/base/x.ts:7: Node.js modules",
  ]);
});

test("no ambient > src outside the edge rooms takes time and randomness as parameters", () => {
  expect(violations(sources("src").filter(({ path }) => !mayHaveEffects(path)))).toEqual([]);
});

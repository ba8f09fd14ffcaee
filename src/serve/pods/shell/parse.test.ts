import { expect, test } from "vitest";
import { parseScript } from "./parse.ts";

const variables = new Map([
  ["HOSTNAME", "web-1"],
  ["EMPTY", ""],
]);
const words = (text: string): unknown => {
  const parsed = parseScript(text, variables);
  return typeof parsed === "string" ? parsed : parsed.map((one) => one.words);
};

test("parse > quotes, escapes and variables make words", () => {
  expect(words(`echo "a $HOSTNAME" 'b $HOSTNAME' c\\ d \${HOSTNAME}x`)).toEqual([
    ["echo", "a web-1", "b $HOSTNAME", "c d", "web-1x"],
  ]);
  expect(words('echo "" $EMPTY.')).toEqual([["echo", "", "."]]);
});

test("parse > commands are joined by what came of the one before", () => {
  expect(parseScript("a; b && c || d # rest\ne", variables)).toEqual([
    { when: "always", words: ["a"] },
    { when: "always", words: ["b"] },
    { when: "success", words: ["c"] },
    { when: "failure", words: ["d"] },
    { when: "always", words: ["e"] },
  ]);
});

test("parse > a pipe leads from one command to the next", () => {
  expect(parseScript("echo a | cat | nc -u b 1", new Map())).toEqual([
    { when: "always", words: ["echo", "a"] },
    { when: "pipe", words: ["cat"] },
    { when: "pipe", words: ["nc", "-u", "b", "1"] },
  ]);
});

test("parse > loops over numbers and words are unrolled", () => {
  expect(words("for i in $(seq 0 2); do echo $i; done; echo end")).toEqual([
    ["echo", "0"],
    ["echo", "1"],
    ["echo", "2"],
    ["echo", "end"],
  ]);
  expect(words("for n in a b; do echo x-${n}; done")).toEqual([
    ["echo", "x-a"],
    ["echo", "x-b"],
  ]);
});

test("parse > silence is heard, and what is not simulated is said", () => {
  expect(words("curl x >/dev/null 2>&1")).toEqual([["curl", "x"]]);
  expect(words("echo $(date)")).toBe("command substitution is not simulated");
  expect(words("while read x; do x; done")).toBe('"while" is not simulated');
  expect(words("while true; do echo x; sleep 2; done")).toEqual([
    ["echo", "x"],
    ["sleep", "2"],
  ]);
  expect(words("echo 'a")).toBe("unterminated quoted string");
});

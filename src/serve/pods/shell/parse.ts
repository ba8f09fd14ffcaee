/** One command of a script, and when it runs: after the one before it, if that succeeded, if it failed, or with its output. */
export interface Command {
  readonly when: "always" | "success" | "failure" | "pipe";
  readonly words: readonly string[];
}

const SPACE = /\s/;

/** A script of simple commands joined by ";", "&&", "||", "|" or lines; or what in it is not simulated. */
export function parseScript(script: string, variables: ReadonlyMap<string, string>): readonly Command[] | string {
  const text = script.replaceAll(ENDLESS, "$1").replaceAll(COUNTED, unrolled);
  const commands: Command[] = [];
  let when: Command["when"] = "always";
  let words: string[] = [];
  let word: string | undefined;
  const endWord = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = (next: Command["when"]): void => {
    endWord();
    const kept = words.filter((one) => !QUIET.test(one));
    if (kept.length > 0) commands.push({ when, words: kept });
    words = [];
    when = next;
  };
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charAt(i);
    if (c === "'" || c === '"') {
      const end = text.indexOf(c, i + 1);
      if (end < 0) return "unterminated quoted string";
      const inner = text.slice(i + 1, end);
      word = (word ?? "") + (c === "'" ? inner : substitute(inner, variables));
      i = end;
    } else if (c === "\\") {
      i += 1;
      word = (word ?? "") + text.charAt(i);
    } else if (c === "$") {
      const [whole = "$", braced, bare] = /^\$(?:\{(\w+)\}|(\w+|\?))/.exec(text.slice(i)) ?? [];
      if (text.startsWith("$(", i)) return "command substitution is not simulated";
      word = (word ?? "") + (whole === "$" ? "$" : (variables.get(braced ?? bare ?? "") ?? ""));
      i += whole.length - 1;
    } else if (text.startsWith("&&", i) || text.startsWith("||", i)) {
      endCommand(c === "&" ? "success" : "failure");
      i += 1;
    } else if (c === ";" || c === "\n") endCommand("always");
    else if (c === "|") endCommand("pipe");
    else if (c === "`") return "command substitution is not simulated";
    else if (c === "#" && word === undefined) {
      while (i + 1 < text.length && text.charAt(i + 1) !== "\n") i += 1;
    } else if (SPACE.test(c)) endWord();
    else word = (word ?? "") + c;
  }
  endCommand("always");
  const control = commands.find(({ words: [first] }) => CONTROL.has(first ?? ""));
  return control === undefined ? commands : `"${control.words[0] ?? ""}" is not simulated`;
}

/** A loop without an end: what it does is shown once. */
const ENDLESS = /\bwhile\s+(?:true|:)\s*;?\s*do\s+([^]*?);?\s*\bdone\b/g;

/** A loop over numbers or plain words. */
const COUNTED = /\bfor\s+(\w+)\s+in\s+(?:\$\(seq\s+(\d+)\s+(\d+)\)|([^;$`"'\n]+))\s*[;\n]\s*do\s+([^]*?);?\s*\bdone\b/g;
const ROUNDS_MAX = 1000;

/** The body of a loop once for each word. */
function unrolled(_: string, name: string, from?: string, to?: string, words?: string, body = ""): string {
  const first = Number(from ?? 0);
  const rounds = Math.min(ROUNDS_MAX, Math.max(0, Number(to ?? 0) - first + 1));
  const list =
    words === undefined ? Array.from({ length: rounds }, (__, i) => String(first + i)) : words.trim().split(/\s+/);
  const uses = new RegExp(`\\$(?:\\{${name}\\}|${name}\\b)`, "g");
  return list.map((word) => body.replaceAll(uses, word)).join("; ");
}

const CONTROL = new Set(["if", "for", "while", "until", "case", "function", "{", "("]);

/** Redirections that only silence. */
const QUIET = /^(?:[12&]?>\/dev\/null|2>&1)$/;

function substitute(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replaceAll(
    /\$(?:\{(\w+)\}|(\w+|\?))/g,
    (_, braced?: string, bare?: string) => variables.get(braced ?? bare ?? "") ?? "",
  );
}

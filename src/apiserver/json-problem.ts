const LITERALS: { readonly [first: string]: string } = { n: "null", t: "true", f: "false" };

type State =
  | "value"
  | "first value or ]"
  | "key"
  | "first key or }"
  | "colon"
  | "after array element"
  | "after object key:value pair";

/** Why a text is no JSON, in the words of Go's parser; undefined when it is some. */
export function jsonProblem(text: string): string | undefined {
  const open: ("{" | "[")[] = [];
  let state: State | "end" = "value";
  let at = 0;
  const ended = (): State | "end" => {
    const inside = open.at(-1);
    if (inside === undefined) return "end";
    return inside === "[" ? "after array element" : "after object key:value pair";
  };
  for (;;) {
    while (/[ \t\r\n]/.test(text.charAt(at))) at += 1;
    const letter = text.charAt(at);
    if (letter === "") return state === "end" ? undefined : "unexpected end of JSON input";
    if (state === "end") return invalid(letter, "after top-level value");
    if (state === "colon") {
      if (letter !== ":") return invalid(letter, "after object key");
      state = "value";
      at += 1;
    } else if (state === "after array element" || state === "after object key:value pair") {
      const close: string = state === "after array element" ? "]" : "}";
      if (letter === close) {
        open.pop();
        state = ended();
      } else if (letter === ",") state = state === "after array element" ? "value" : "key";
      else return invalid(letter, state);
      at += 1;
    } else if (state === "key" || state === "first key or }") {
      if (letter === "}" && state === "first key or }") {
        open.pop();
        state = ended();
        at += 1;
        continue;
      }
      if (letter !== '"') return invalid(letter, "looking for beginning of object key string");
      const next = scanString(text, at);
      if (typeof next === "string") return next;
      at = next;
      state = "colon";
    } else if (letter === "]" && state === "first value or ]") {
      open.pop();
      state = ended();
      at += 1;
    } else if (letter === "{" || letter === "[") {
      open.push(letter);
      state = letter === "{" ? "first key or }" : "first value or ]";
      at += 1;
    } else {
      const next = scanScalar(text, at);
      if (typeof next === "string") return next;
      at = next;
      state = ended();
    }
  }
}

/** Where a text, number or literal ends, or what is wrong with it. */
function scanScalar(text: string, start: number): number | string {
  const letter = text.charAt(start);
  if (letter === '"') return scanString(text, start);
  const literal = LITERALS[letter];
  if (literal !== undefined) return scanLiteral(text, start, literal);
  if (letter === "-" || /\d/.test(letter)) return scanNumber(text, start);
  return invalid(letter, "looking for beginning of value");
}

function scanLiteral(text: string, start: number, literal: string): number | string {
  for (let i = 1; i < literal.length; i++) {
    const letter = text.charAt(start + i);
    if (letter !== literal.charAt(i))
      return expected(letter, `in literal ${literal} (expecting '${literal.charAt(i)}')`);
  }
  return start + literal.length;
}

function scanNumber(text: string, start: number): number | string {
  let at = start;
  const digits = (where: string): string | undefined => {
    if (!/\d/.test(text.charAt(at))) return expected(text.charAt(at), where);
    while (/\d/.test(text.charAt(at))) at += 1;
    return undefined;
  };
  if (text.charAt(at) === "-") at += 1;
  if (text.charAt(at) === "0") at += 1;
  else {
    const problem = digits("in numeric literal");
    if (problem !== undefined) return problem;
  }
  if (text.charAt(at) === ".") {
    at += 1;
    const problem = digits("after decimal point in numeric literal");
    if (problem !== undefined) return problem;
  }
  if (/[eE]/.test(text.charAt(at))) {
    at += 1;
    if (/[+-]/.test(text.charAt(at))) at += 1;
    const problem = digits("in exponent of numeric literal");
    if (problem !== undefined) return problem;
  }
  return at;
}

function scanString(text: string, start: number): number | string {
  for (let at = start + 1; ; at++) {
    const letter = text.charAt(at);
    if (letter === "") return "unexpected end of JSON input";
    if (letter === '"') return at + 1;
    if (letter < " ") return invalid(letter, "in string literal");
    if (letter !== "\\") continue;
    at += 1;
    const escaped = text.charAt(at);
    if (escaped === "u") {
      for (let i = 0; i < 4; i++) {
        at += 1;
        if (!/[0-9a-fA-F]/.test(text.charAt(at)))
          return expected(text.charAt(at), "in \\u hexadecimal character escape");
      }
    } else if (!/["\\/bfnrt]/.test(escaped)) return expected(escaped, "in string escape code");
  }
}

function expected(letter: string, where: string): string {
  return letter === "" ? "unexpected end of JSON input" : invalid(letter, where);
}

function invalid(letter: string, where: string): string {
  return `invalid character ${goRune(letter)} ${where}`;
}

function goRune(letter: string): string {
  if (letter === "'") return "'\\''";
  return letter === '"' ? "'\"'" : `'${JSON.stringify(letter).slice(1, -1)}'`;
}

/** Why a text cannot be read as a JSON object. */
export function jsonObjectProblem(text: string): string | undefined {
  const problem = jsonProblem(text);
  if (problem !== undefined) return problem;
  const first = text.trimStart().charAt(0);
  if (first === "{" || first === "n") return undefined;
  const what = first === "[" ? "array" : first === '"' ? "string" : /[tf]/.test(first) ? "bool" : "number";
  return `json: cannot unmarshal ${what} into Go value of type map[string]interface {}`;
}

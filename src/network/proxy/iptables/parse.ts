import type { Match, Rule, Target } from "./rule.ts";
import type { TableName, Tables } from "./tables.ts";
import { emptyTables } from "./tables.ts";

/** Reads a text as iptables-save writes it, or as a restore of empty tables; throws on a line that it does not know. */
export function parseTables(lines: readonly string[]): Tables {
  const tables = emptyTables();
  let table: TableName = "filter";
  for (const line of lines) {
    if (line === "" || line.startsWith("#") || line === "COMMIT") continue;
    if (line.startsWith("*")) table = tableName(line.slice(1));
    else if (line.startsWith(":")) tables[table].set(line.slice(1).split(" ", 1)[0] ?? "", []);
    else if (line.startsWith("-X ")) tables[table].delete(line.slice(3));
    else {
      const rule = parseRule(line);
      tables[table].set(rule.chain, [...(tables[table].get(rule.chain) ?? []), rule]);
    }
  }
  return tables;
}

/** Reads one "-A CHAIN …" line. */
export function parseRule(line: string): Rule {
  const words = new Words(line);
  words.expect("-A");
  const chain = words.next();
  const matches: Match[] = [];
  for (;;) {
    const word = words.peek();
    if (word === undefined) return { chain, matches };
    if (word === "-j") {
      words.next();
      return { chain, matches, target: parseTarget(words) };
    }
    matches.push(parseMatch(words));
  }
}

/** Cursor over the words of a line; a quoted text is one word. */
class Words {
  readonly #words: readonly string[];
  readonly #quoted: readonly boolean[];
  #at = 0;

  constructor(line: string) {
    const found = [...line.matchAll(/"([^"]*)"|(\S+)/g)];
    this.#words = found.map((match) => match[1] ?? match[2] ?? "");
    this.#quoted = found.map((match) => match[1] !== undefined);
  }

  peek(ahead = 0): string | undefined {
    return this.#words[this.#at + ahead];
  }

  /** Whether the next word stands in quotes. */
  quoted(): boolean {
    return this.#quoted[this.#at] === true;
  }

  next(): string {
    const word = this.peek();
    if (word === undefined) throw new Error(`rule ends too soon: ${this.#words.join(" ")}`);
    this.#at += 1;
    return word;
  }

  expect(...expected: readonly string[]): void {
    for (const word of expected) {
      const found = this.next();
      if (found !== word) throw new Error(`found ${found}, expected ${word} in: ${this.#words.join(" ")}`);
    }
  }
}

function tableName(text: string): TableName {
  if (text === "nat" || text === "filter" || text === "mangle") return text;
  throw new Error(`found table ${text}, expected nat, filter or mangle`);
}

function parseMatch(words: Words): Match {
  const not = words.peek() === "!" ? ({ not: true } as const) : {};
  if (words.peek() === "!") words.next();
  const word = words.next();
  switch (word) {
    case "-s":
      return { on: "source", net: words.next(), ...not };
    case "-d":
      return { on: "destination", net: words.next(), ...not };
    case "-i":
      return { on: "inInterface", device: words.next(), ...not };
    case "--dport":
      return { on: "dport", port: Number(words.next()) };
    case "-m":
      return parseModule(words, words.next());
    default:
      throw new Error(`found ${word}, expected a match`);
  }
}

function parseModule(words: Words, module: string): Match {
  const bang = words.peek() === "!";
  const not = bang ? ({ not: true } as const) : {};
  if (bang) words.next();
  switch (module) {
    case "comment": {
      words.expect("--comment");
      const quoted = words.quoted();
      return { on: "comment", text: words.next(), quoted };
    }
    case "conntrack":
      words.expect("--ctstate");
      return { on: "ctstate", states: words.next(), ...not };
    case "addrtype": {
      const side = words.next() === "--src-type" ? "src" : "dst";
      words.expect("LOCAL");
      return { on: "addrtype", side };
    }
    case "mark":
      words.expect("--mark");
      return { on: "mark", mark: words.next().split("/", 1)[0] ?? "", ...not };
    case "statistic":
      words.expect("--mode", "random", "--probability");
      return { on: "statistic", probability: words.next() };
    case "recent":
      return parseRecent(words);
    case "nfacct":
      words.expect("--nfacct-name");
      return { on: "nfacct", counter: words.next() };
    default:
      words.expect("-p", module);
      return { on: "protocol", protocol: module };
  }
}

function parseRecent(words: Words): Match {
  words.expect("--name");
  const list = words.next();
  if (words.peek() === "--set") {
    words.next();
    return { on: "recent", list };
  }
  words.expect("--rcheck", "--seconds");
  const rcheckSeconds = Number(words.next());
  words.expect("--reap");
  return { on: "recent", list, rcheckSeconds };
}

function parseTarget(words: Words): Target {
  const to = words.next();
  switch (to) {
    case "ACCEPT":
    case "DROP":
    case "REJECT":
    case "RETURN":
      return { to };
    case "MASQUERADE":
      return { to, randomFully: words.peek() === "--random-fully" };
    case "DNAT":
      words.expect("--to-destination");
      return { to, destination: words.next() };
    case "MARK": {
      const set = words.next() === "--or-mark" ? "or" : "xor";
      return { to, set, mark: words.next() };
    }
    default:
      return { to: "chain", chain: to };
  }
}

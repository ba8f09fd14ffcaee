import { spawn } from "node:child_process";

/** A command as it is typed, and the lines that it prints. */
export interface Typed {
  readonly line: number;
  readonly command: string;
  readonly expected: readonly string[];
}

/** The commands of a console script: "$ " begins one, "#" a comment. */
export function parseConsole(text: string): readonly Typed[] {
  const typed: { line: number; command: string; expected: string[] }[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.startsWith("#") || line.trim() === "") continue;
    if (line.startsWith("$ ")) typed.push({ line: index + 1, command: line.slice(2), expected: [] });
    else typed.at(-1)?.expected.push(line);
  }
  return typed;
}

/** Whether printed lines are the expected ones: "…" stands for any text, a line of it alone for any lines. */
export function fits(expected: readonly string[], printed: readonly string[]): boolean {
  const [first, ...rest] = expected;
  if (first === undefined) return printed.length === 0;
  if (first === "…") return printed.some((_, i) => fits(rest, printed.slice(i))) || fits(rest, []);
  const [line, ...others] = printed;
  return line !== undefined && pattern(first).test(line) && fits(rest, others);
}

function pattern(line: string): RegExp {
  const escaped = line.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("…", ".*");
  return new RegExp(`^${escaped.replaceAll(/ {2,}/g, " +")}\\s*$`);
}

/** A shell that goes on from command to command. */
export class Shell {
  readonly #child;
  #out = "";

  /** With job control: what runs in the background has a process group of its own. */
  constructor(env: { readonly [name: string]: string }) {
    this.#child = spawn("bash", ["--noprofile", "--norc", "-m"], { env: { ...process.env, ...env } });
    this.#child.stdout.on("data", (bytes: Buffer) => {
      this.#out += bytes.toString("utf8");
    });
  }

  /** Runs one command; its output without what it says on the standard error. */
  async run(command: string, timeoutMs = 300_000): Promise<readonly string[]> {
    this.#out = "";
    this.#child.stdin.write(`${command}\necho "@@end@@"\n`);
    const limit = Date.now() + timeoutMs;
    while (!this.#out.includes("@@end@@\n")) {
      if (Date.now() > limit) throw new Error(`${command} took too long`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const text = this.#out.slice(0, this.#out.indexOf("@@end@@\n")).replace(/\n+$/, "");
    return text === "" ? [] : text.split("\n");
  }

  end(): void {
    this.#child.kill("SIGKILL");
  }
}

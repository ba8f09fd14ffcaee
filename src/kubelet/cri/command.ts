import { HOUR, MINUTE, SECOND } from "../../base/units.ts";
import type { Millis } from "../../base/units.ts";

/** How a program ends by itself: after so long, with an exit code. */
export interface End {
  readonly runs: Millis;
  readonly exit: number;
  /** What it leaves in its termination log. */
  readonly message?: string;
}

/** What of a container's spec says how its program ends. */
export interface CommandLine {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly terminationMessagePath?: string;
  readonly terminationMessagePolicy?: string;
}

const TERMINATION_LOG = "/dev/termination-log";

/** How a container ends by its command line, with the message that it leaves by `echo` or, where it may, in its log. */
export function endOfContainer(container: CommandLine): End | "ever" | undefined {
  const { command = [], args = [], terminationMessagePath = TERMINATION_LOG, terminationMessagePolicy } = container;
  const words = [...command, ...args];
  const end = endOf(words);
  const { written, printed } = echoed(words, terminationMessagePath);
  if (end === "ever" || (end === undefined && written === undefined)) return end;
  const { runs, exit } = end ?? { runs: 0, exit: 0 };
  const fromLog = terminationMessagePolicy === "FallbackToLogsOnError" && exit !== 0 ? printed : undefined;
  const message = written ?? fromLog;
  return { runs, exit, ...(message !== undefined && { message }) };
}

/** What the `echo`s of a script write into a file, and what they print. */
function echoed(
  [shell = "", flag, script = ""]: readonly string[],
  file: string,
): { readonly written?: string; readonly printed?: string } {
  if (!SHELLS.has(nameOf(shell)) || flag !== "-c") return {};
  let written: string | undefined;
  let printed: string | undefined;
  for (const { words } of commandsOf(script) ?? []) {
    const [program = "", ...rest] = words;
    if (nameOf(program) !== "echo") continue;
    const at = rest.findIndex((word) => word.startsWith(">"));
    const said = (at < 0 ? rest : rest.slice(0, at)).filter((word) => word !== "-n").join(" ");
    const text = rest[0] === "-n" ? said : `${said}\n`;
    if (at < 0) printed = (printed ?? "") + text;
    else if ((rest[at]?.replace(/^>+/, "") || rest[at + 1]) === file) written = text;
  }
  return { ...(written !== undefined && { written }), ...(printed !== undefined && { printed }) };
}

/** "/bin/sh" is called sh. */
function nameOf(program: string): string {
  return program.replace(/^.*\//, "");
}

const SHELLS: ReadonlySet<string> = new Set(["sh", "bash", "ash"]);
/** Servers in Kubernetes' test image agnhost, named by its first argument. */
const SERVERS: ReadonlySet<string> = new Set([
  "grpc-health-checking",
  "netexec",
  "nettest",
  "porter",
  "serve-hostname",
  "test-webserver",
  "webhook",
]);
const UNITS: { readonly [unit: string]: Millis } = { "": SECOND, s: SECOND, m: MINUTE, h: HOUR, d: 24 * HOUR };
/** Words of a shell after which more than a list of commands would have to be understood. */
const CONTROL = /^(?:if|for|case|until|function|trap|exec|eval|set|\[\[?|test)$/;

/**
 * How the program that a container's command line names ends; "ever": it does not; undefined: the command line does not say.
 * Understood are `sleep`, `true`, `false`, `tail -f`, lists of such commands with `exit` in `sh -c`, and endless loops;
 * other commands of a list count as done at once and well.
 */
export function endOf(command: readonly string[]): End | "ever" | undefined {
  const [program = "", ...args] = command;
  const name = nameOf(program);
  if (SHELLS.has(name)) return args[0] === "-c" || args[0] === "-ec" ? endOfScript(args[1] ?? "") : undefined;
  switch (name) {
    case "sleep":
      return slept(args);
    case "true":
      return { runs: 0, exit: 0 };
    case "false":
      return { runs: 0, exit: 1 };
    case "tail":
      return args.includes("-f") || args.includes("-F") ? "ever" : undefined;
    case "pause":
      return "ever";
    case "agnhost":
      return endOf(args);
    case "mounttest":
      return looping(args);
    default:
      return SERVERS.has(name) ? "ever" : undefined;
  }
}

/** Kubernetes' test image agnhost that reads a file again and again: 180 s unless `--retry_time` says so. */
function looping(args: readonly string[]): End | undefined {
  const flag = (name: string): string | undefined =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  if (flag("file_content_in_loop") === undefined || flag("break_on_expected_content") !== "false") return undefined;
  return { runs: Number(flag("retry_time") ?? 180) * SECOND, exit: 0 };
}

/** `sleep 1.5m 2`: the sum. */
function slept(args: readonly string[]): End | "ever" | undefined {
  let runs = 0;
  for (const arg of args) {
    if (/^inf(?:inity)?$/.test(arg)) return "ever";
    const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(arg) ?? [];
    if (number === undefined) return undefined;
    runs += Number(number) * (UNITS[unit] ?? SECOND);
  }
  return { runs: Math.round(runs), exit: 0 };
}

function endOfScript(script: string): End | "ever" | undefined {
  if (/(?:^|[;&\n]\s*)while\s+(?:true|:|\[\s*1\s*\])\s*[;\n]/.test(script)) return "ever";
  const commands = commandsOf(script);
  if (commands === undefined) return undefined;
  let runs = 0;
  let exit = 0;
  let says = false;
  for (const { joined, words } of commands) {
    if ((joined === "&&" && exit !== 0) || (joined === "||" && exit === 0)) continue;
    const [first = ""] = words;
    if (CONTROL.test(first) || words.some((word) => word.includes("$(") || word.includes("`"))) return undefined;
    if (first === "exit") {
      const code = words[1] ?? String(exit);
      return /^\d+$/.test(code) ? { runs, exit: Number(code) & 255 } : undefined;
    }
    const end = endOf(words);
    if (end === "ever") return "ever";
    says ||= end !== undefined;
    runs += end?.runs ?? 0;
    exit = end?.exit ?? 0;
  }
  return says ? { runs, exit } : undefined;
}

interface Joined {
  readonly joined: ";" | "&&" | "||";
  readonly words: readonly string[];
}

/** The commands of a list, of a pipe only the last one; undefined where something runs beside it. */
function commandsOf(script: string): readonly Joined[] | undefined {
  const commands: Joined[] = [];
  let joined: Joined["joined"] = ";";
  let words: string[] = [];
  const tokens = script.matchAll(/'([^']*)'|"([^"]*)"|(&&|\|\||[;&|\n])|((?:\\.|[^\s;&|'"\\])+)/g);
  for (const [, single, double, operator, bare] of tokens) {
    if (operator === undefined) {
      words.push(single ?? double ?? bare ?? "");
      continue;
    }
    if (operator === "&") return undefined;
    if (operator === "|") {
      words = [];
      continue;
    }
    if (words.length > 0) commands.push({ joined, words });
    words = [];
    joined = operator === "&&" || operator === "||" ? operator : ";";
  }
  if (words.length > 0) commands.push({ joined, words });
  return commands;
}

import type { Container, Pod } from "../../../api/types/core-v1.ts";
import { timestamp } from "../../../base/time.ts";
import type { Edge } from "../../edge.ts";
import { podToken } from "../../identity/pod-token.ts";
import { environmentOf, hostnameOf } from "../environment.ts";
import type { Environment } from "../environment.ts";
import { filesOf, listDirectory } from "../files.ts";
import type { Files } from "../files.ts";
import { curl, nc, nslookup, wget } from "./network.ts";
import { agnhost } from "./agnhost.ts";
import { parseScript } from "./parse.ts";

/** What a program printed, and how it ended. */
export interface Outcome {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/** What programs in a container can see. */
export interface Inside {
  readonly edge: Edge;
  readonly pod: Pod;
  readonly container: Container;
  readonly env: Environment;
  readonly files: Files;
}

type Program = (args: readonly string[], inside: Inside, input: string) => Outcome;

/** Exit code of a shell for a program that does not exist. */
export const NOT_FOUND = 127;

const SHELLS = new Set(["sh", "/bin/sh", "bash", "/bin/bash", "ash", "/bin/ash"]);

/** Looks into a container. */
export function insideOf(edge: Edge, pod: Pod, container: Container): Inside {
  const { cluster } = edge.simulation;
  const files = filesOf(cluster, pod, container, () => podToken(edge, pod));
  return { edge, pod, container, env: environmentOf(cluster, pod, container), files };
}

/** Whether a command is a shell that reads its script from the standard input. */
export function isInteractive([program = "", flag]: readonly string[]): boolean {
  return SHELLS.has(program) && (flag === undefined || flag === "-i" || flag === "-l");
}

/** Runs a program of the small simulated world; undefined when it has none of that name. */
export function runProgram(words: readonly string[], inside: Inside, input = ""): Outcome | undefined {
  const [name = "", ...args] = words;
  if (SHELLS.has(name)) {
    const at = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
    if (at >= 0 && args.slice(0, at).every((arg) => arg.startsWith("-"))) return runScript(args[at + 1] ?? "", inside);
    return { out: "", err: "", code: 0 };
  }
  const program = PROGRAMS.get(name.replace(/^(?:(?:\/usr)?(?:\/local)?\/s?bin)?\//, ""));
  return program?.(args, inside, input);
}

/** Runs a script as `sh -c` would; the last command's exit code is the script's. */
export function runScript(text: string, inside: Inside): Outcome {
  const variables = new Map(inside.env);
  let out = "";
  let piped = "";
  let err = "";
  let code = 0;
  for (const line of [text]) {
    const parsed = parseScript(line, variables);
    if (typeof parsed === "string") return { out: out + piped, err: `${err}sh: ${parsed}\n`, code: 2 };
    for (const { when, words } of parsed) {
      if ((when === "success" && code !== 0) || (when === "failure" && code === 0)) continue;
      const first = words.findIndex((word) => !ASSIGNMENT.test(word));
      if (first !== 0) {
        for (const word of first < 0 ? words : []) variables.set(...assigned(word));
        if (first < 0) continue;
      }
      const [name = ""] = words.slice(first);
      if (name === "exit") return { out: out + piped, err, code: Number(words[first + 1] ?? code) & 255 };
      const input = when === "pipe" ? piped : "";
      if (when !== "pipe") out += piped;
      piped = "";
      const done = runProgram(words.slice(first), inside, input) ?? {
        out: "",
        err: `sh: ${name}: not found\n`,
        code: NOT_FOUND,
      };
      piped = done.out;
      err += done.err;
      code = done.code;
    }
  }
  return { out: out + piped, err, code };
}

const ASSIGNMENT = /^[A-Za-z_]\w*=/;

function assigned(word: string): [string, string] {
  const at = word.indexOf("=");
  return [word.slice(0, at), word.slice(at + 1)];
}

function ok(out: string): Outcome {
  return { out, err: "", code: 0 };
}

const PROGRAMS: ReadonlyMap<string, Program> = new Map<string, Program>([
  ["true", () => ok("")],
  ["false", () => ({ out: "", err: "", code: 1 })],
  [":", () => ok("")],
  ["env", (_, { env }) => ok([...env].map(([key, value]) => `${key}=${value}\n`).join(""))],
  ["printenv", printenv],
  ["hostname", (_, { pod }) => ok(`${hostnameOf(pod)}\n`)],
  ["echo", (args) => ok(args[0] === "-n" ? args.slice(1).join(" ") : `${args.join(" ")}\n`)],
  ["pwd", () => ok("/\n")],
  ["whoami", () => ok("root\n")],
  ["id", id],
  ["date", (_, { edge }) => ok(`${timestamp(edge.simulation.now + edge.simulation.offset)}\n`)],
  ["sleep", () => ok("")],
  ["grep", grep],
  ["cat", cat],
  ["ls", ls],
  ["curl", curl],
  ["wget", wget],
  ["nslookup", nslookup],
  ["nc", nc],
  ["agnhost", agnhost],
  ["agnhost-2", agnhost],
]);

function id(args: readonly string[], { pod, container }: Inside): Outcome {
  const user = container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser ?? 0;
  const group = container.securityContext?.runAsGroup ?? pod.spec.securityContext?.runAsGroup ?? 0;
  if (args[0] === "-u") return ok(`${user}\n`);
  if (args[0] === "-g") return ok(`${group}\n`);
  const more = (pod.spec.securityContext?.supplementalGroups ?? []).map((one) => `,${one}`).join("");
  return ok(`uid=${user} gid=${group} groups=${group}${more}\n`);
}

function printenv(args: readonly string[], { env }: Inside): Outcome {
  const [name] = args;
  if (name === undefined) return ok([...env].map(([key, value]) => `${key}=${value}\n`).join(""));
  const value = env.get(name);
  return value === undefined ? { out: "", err: "", code: 1 } : ok(`${value}\n`);
}

function cat(args: readonly string[], { files }: Inside, input: string): Outcome {
  if (args.length === 0) return ok(input);
  let out = "";
  let err = "";
  for (const path of args.filter((arg) => !arg.startsWith("-"))) {
    const file = files.get(absolute(path));
    if (file !== undefined) out += file.text;
    else if (listDirectory(files, absolute(path)) !== undefined) err += `cat: read error: Is a directory\n`;
    else err += `cat: can't open '${path}': No such file or directory\n`;
  }
  return { out, err, code: err === "" ? 0 : 1 };
}

/** Of the standard input: -v, -i, -q, -c and -E. */
function grep(args: readonly string[], _: Inside, input: string): Outcome {
  const flags = new Set(args.filter((arg) => arg.startsWith("-")).flatMap((arg) => arg.slice(1).split("")));
  const [pattern, file] = args.filter((arg) => !arg.startsWith("-"));
  if (pattern === undefined || file !== undefined)
    return { out: "", err: "grep: only the standard input is simulated\n", code: 2 };
  // A repeated group may take for ever to match.
  if (/\)[*+?{]/.test(pattern)) return { out: "", err: "grep: repeated groups are not simulated\n", code: 2 };
  let matcher: RegExp;
  try {
    matcher = new RegExp(pattern, flags.has("i") ? "i" : "");
  } catch {
    return { out: "", err: `grep: bad regex '${pattern}'\n`, code: 2 };
  }
  const lines = input.replace(/\n$/, "").split("\n");
  const kept = input === "" ? [] : lines.filter((line) => matcher.test(line) !== flags.has("v"));
  const code = kept.length > 0 ? 0 : 1;
  if (flags.has("q")) return { out: "", err: "", code };
  if (flags.has("c")) return { out: `${kept.length}\n`, err: "", code };
  return { out: kept.map((line) => `${line}\n`).join(""), err: "", code };
}

function ls(args: readonly string[], { files }: Inside): Outcome {
  const paths = args.filter((arg) => !arg.startsWith("-"));
  let out = "";
  let err = "";
  for (const path of paths.length === 0 ? ["/"] : paths) {
    const names = listDirectory(files, absolute(path));
    if (files.has(absolute(path))) out += `${path}\n`;
    else if (names === undefined) err += `ls: ${path}: No such file or directory\n`;
    else out += names.map((name) => `${name}\n`).join("");
  }
  return { out, err, code: err === "" ? 0 : 1 };
}

function absolute(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

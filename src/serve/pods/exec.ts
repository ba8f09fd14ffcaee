import type { Edge } from "../edge.ts";
import { toWall } from "../http/timestamps.ts";
import { CHANNEL } from "./channels.ts";
import type { RemoteStreams } from "./channels.ts";
import type { FoundContainer } from "./find.ts";
import { logLines } from "./logs.ts";
import { insideOf, isInteractive, NOT_FOUND, runProgram, runScript } from "./shell/shell.ts";

const PROMPT = "/ # ";
const FOLLOW_MS = 200;
const KEYS = { interrupt: "\u0003", end: "\u0004", erase: "\u007f" } as const;

/** `kubectl exec`: one program, or a shell that reads lines from the standard input. */
export function runExec(edge: Edge, found: FoundContainer, query: URLSearchParams, channels: RemoteStreams): void {
  const command = query.getAll("command");
  if (isInteractive(command) && query.get("stdin") === "true")
    return query.get("tty") === "true" ? terminal(edge, found, channels) : scripted(edge, found, channels);
  const { pod, container } = found;
  const done = runProgram(command, insideOf(edge, pod, container)) ?? {
    out: "",
    err: `${command[0] ?? ""}: not found\n`,
    code: NOT_FOUND,
  };
  channels.write(CHANNEL.stdout, done.out);
  channels.write(query.get("stderr") === "true" ? CHANNEL.stderr : CHANNEL.stdout, done.err);
  channels.exit(done.code);
}

/** A script that is piped in: it runs when the input ends. */
function scripted(edge: Edge, { pod, container }: FoundContainer, channels: RemoteStreams): void {
  let text = "";
  channels.onInput = (bytes) => {
    text += bytes.toString("utf8");
  };
  channels.onInputEnd = () => {
    const done = runScript(text, insideOf(edge, pod, container));
    channels.write(CHANNEL.stdout, done.out);
    channels.write(CHANNEL.stderr, done.err);
    channels.exit(done.code);
  };
}

/** A shell at a terminal: it echoes what is typed. */
function terminal(edge: Edge, { pod, container }: FoundContainer, channels: RemoteStreams): void {
  let line = "";
  let code = 0;
  const print = (text: string): void => channels.write(CHANNEL.stdout, text.replaceAll(/\r?\n/g, "\r\n"));
  const run = (): void => {
    const words = line.trim();
    line = "";
    print("\n");
    const leave = /^exit(?: (\d+))?$/.exec(words);
    if (leave !== null) return channels.exit(Number(leave[1] ?? code) & 255);
    const done = runScript(words, insideOf(edge, pod, container));
    code = done.code;
    print(done.out + done.err + PROMPT);
  };
  print(PROMPT);
  channels.onInput = (bytes) => {
    for (const key of bytes.toString("utf8")) {
      if (key === "\r" || key === "\n") run();
      else if (key === KEYS.end && line === "") return channels.exit(code);
      else if (key === KEYS.interrupt) {
        line = "";
        print(`^C\n${PROMPT}`);
      } else if (key === KEYS.erase) {
        if (line !== "") print("\b \b");
        line = line.slice(0, -1);
      } else if (key >= " ") {
        line += key;
        print(key);
      }
    }
  };
  channels.onInputEnd = () => channels.exit(code);
}

/** `kubectl attach`: what the container prints from now on, or the shell that it runs. */
export function runAttach(edge: Edge, found: FoundContainer, _query: URLSearchParams, channels: RemoteStreams): void {
  const [record] = found.records;
  if (record === undefined) return channels.exit(1);
  const { command = [], args = [] } = found.container;
  const words = [...command, ...args];
  if (found.container.stdin === true && (words.length === 0 || isInteractive(words)))
    return found.container.tty === true ? terminal(edge, found, channels) : scripted(edge, found, channels);
  let sent = logLines(edge, found, record).length;
  const timer = setInterval(() => {
    const lines = logLines(edge, found, record);
    for (const { line } of lines.slice(sent))
      channels.write(CHANNEL.stdout, `${toWall(line, edge.simulation.offset)}\n`);
    sent = lines.length;
  }, FOLLOW_MS);
  channels.onGone = () => clearInterval(timer);
}

import type { Edge } from "../../edge.ts";
import type { FoundContainer } from "../find.ts";
import { insideOf, runProgram } from "./shell.ts";

const SPEAKING = new Set([
  "echo",
  "env",
  "printenv",
  "hostname",
  "sh",
  "/bin/sh",
  "bash",
  "/bin/bash",
  "date",
  "cat",
  "ls",
  "agnhost",
  "/agnhost",
]);

/** What a container prints whose command is one of the small simulated world; undefined when it is some other. */
export function commandOutput(edge: Edge, { pod, container }: FoundContainer): readonly string[] | undefined {
  const entry = /(?:^|\/)agnhost(?::|$)/.test(container.image ?? "") ? ["agnhost"] : undefined;
  const command = container.command ?? entry;
  if (command === undefined) return undefined;
  const words = [...command, ...(container.args ?? [])];
  const [name = ""] = words;
  if (!SPEAKING.has(name)) return undefined;
  const done = runProgram(words, insideOf(edge, pod, container));
  if (done === undefined) return undefined;
  const text = done.out + done.err;
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

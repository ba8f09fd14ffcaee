import type { Edge } from "../../edge.ts";
import type { FoundContainer } from "../find.ts";
import { insideOf, runProgram } from "./shell.ts";

const SPEAKING = new Set(["echo", "env", "printenv", "hostname", "sh", "/bin/sh", "bash", "/bin/bash", "date"]);

/** What a container prints whose command is one of the small simulated world; undefined when it is some other. */
export function commandOutput(edge: Edge, { pod, container }: FoundContainer): readonly string[] | undefined {
  const words = [...(container.command ?? []), ...(container.args ?? [])];
  const [name = ""] = words;
  if (container.command === undefined || !SPEAKING.has(name)) return undefined;
  const done = runProgram(words, insideOf(edge, pod, container));
  if (done === undefined) return undefined;
  const text = done.out + done.err;
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

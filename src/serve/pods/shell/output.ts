import type { Edge } from "../../edge.ts";
import { expand } from "../environment.ts";
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
  "/agnhost-2",
  "id",
]);

/** What a container prints whose command is one of the small simulated world; undefined when it is some other. */
export function commandOutput(edge: Edge, { pod, container }: FoundContainer): readonly string[] | undefined {
  const entry = /(?:^|\/)agnhost(?::|$)/.test(container.image ?? "") ? ["agnhost"] : undefined;
  const command = container.command ?? entry;
  if (command === undefined) return undefined;
  const words = [...command, ...(container.args ?? [])];
  const [name = ""] = words;
  if (!SPEAKING.has(name)) return undefined;
  const inside = insideOf(edge, pod, container);
  const done = runProgram(
    words.map((word) => expand(word, inside.env)),
    inside,
  );
  if (done === undefined) return undefined;
  const text = done.out + done.err;
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

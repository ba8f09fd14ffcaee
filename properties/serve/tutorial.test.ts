import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fits, parseConsole, Shell } from "./console.ts";
import { hasKubectl, served } from "./served.ts";
import type { Served } from "./served.ts";

const kubectl = hasKubectl();
if (!kubectl) process.stderr.write("No kubectl on the PATH: the tutorial is not typed, only replayed by its plan.\n");

let running: Served;
let shell: Shell;

beforeAll(async () => {
  running = await served({ speed: 4 });
  shell = new Shell({ KUBECONFIG: running.kubeconfig });
});

afterAll(async () => {
  shell.end();
  await running.server.close();
});

test("console > the checker tells different output", () => {
  expect(fits(["a …", "…", "z"], ["a b", "c", "z"])).toBe(true);
  expect(fits(["a …", "…", "z"], ["a b", "c"])).toBe(false);
  expect(fits(["a"], ["a", "b"])).toBe(false);
});

async function typed(file: string): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const { line, command, expected } of parseConsole(readFileSync(file, "utf8"))) {
    const printed = await shell.run(command);
    if (!fits(expected, printed)) failures.push(`line ${line}: ${command}\n${printed.join("\n")}`);
  }
  return failures;
}

test.skipIf(!kubectl)("tutorial > a real kubectl prints what the tutorial says", async () => {
  expect(await typed("scenarios/tutorial/kubernetes-basics.console")).toEqual([]);
});

test.skipIf(!kubectl)("pods > exec, logs, ports and proxies reach into them", async () => {
  expect(await typed("scenarios/tutorial/inside-pods.console")).toEqual([]);
});

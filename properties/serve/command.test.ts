import { spawn } from "node:child_process";
import { mkdtempSync, statSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MAIN, ROOT, shakedown } from "../cli/shakedown.ts";

const folder = mkdtempSync(join(tmpdir(), "shakedown-command-"));

test("serve > bad input is one sentence and exit code 2", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as AddressInfo;
  const plan = "scenarios/tutorial/kubernetes-basics.yaml";
  const wrong: readonly (readonly string[])[] = [
    ["serve", "nosuch.yaml"],
    ["serve", "package.json"],
    ["serve", "--speed", "fast"],
    ["serve", "--at", "soon"],
    ["serve", "--nodes", "0"],
    ["serve", "--port", "99999999"],
    ["serve", "--user", "a b"],
    ["serve", plan, "--nodes", "5"],
    ["serve", plan, plan],
    ["serve", "--port", String(port), "--kubeconfig", join(folder, "a")],
    ["serve", "--port", "0", "--kubeconfig", join(folder, "no/such/folder")],
    ["clock", "show", "--kubeconfig", "nosuch"],
    ["clock", "show", "--kubeconfig", "package.json"],
    ["clock", "fly"],
    ["clock", "seek"],
  ];
  const left = [...wrong];
  const said: { readonly args: readonly string[]; readonly code: number | null; readonly err: string }[] = [];
  const work = async (): Promise<void> => {
    for (let args = left.pop(); args !== undefined; args = left.pop())
      said.push({ args, ...(await shakedown(...args)) });
  };
  await Promise.all([work(), work(), work()]);
  expect(said.length).toBe(wrong.length);
  for (const { args, code, err } of said) {
    expect(code, `${args.join(" ")}\n${err}`).toBe(2);
    expect(err, args.join(" ")).toMatch(/^shakedown: .+\n$/);
    expect(err, args.join(" ")).not.toMatch(/\n\s+at /);
  }
  taken.close();
}, 240_000);

test("serve > writes a private kubeconfig, answers the clock's commands, and ends when told", async () => {
  const file = join(folder, "config");
  const plan = "scenarios/tutorial/kubernetes-basics.yaml";
  const child = spawn(process.execPath, [MAIN, "serve", plan, "--at", "42s", "--port", "0", "--kubeconfig", file], {
    cwd: ROOT,
  });
  let out = "";
  child.stdout.on("data", (bytes: Buffer) => (out += bytes.toString()));
  for (const limit = Date.now() + 30_000; !out.includes("KUBECONFIG=") && Date.now() < limit;)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(out).toMatch(/at https:\/\/127\.0\.0\.1:\d+\n/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const clock = async (...args: readonly string[]): Promise<string> =>
    (await shakedown("clock", ...args, "--kubeconfig", file)).out;
  expect(await clock("show")).toBe("42s of 42s, paused\n");
  expect(await clock("step", "8s")).toBe("50s of 50s, paused\n");
  expect(await clock("seek", "3s")).toBe("3s of 50s, paused\n");
  expect(await clock("run-until", "deployment/kubernetes-bootcamp Available")).toMatch(/the condition holds\n$/);
  expect((await shakedown("clock", "run-until", "soon", "--kubeconfig", file)).code).toBe(2);
  const ended = new Promise((resolve) => child.on("close", resolve));
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
}, 180_000);

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { comparableText, recordedCases, resetCluster, setUp } from "./recorded-cases.ts";
import type { RecordedCommand } from "./recorded-cases.ts";
import { hasKubectl, served } from "./served.ts";
import type { Served } from "./served.ts";

/** Cases that say something else here, and why; ids without "kubectl-". */
const DIFFERENT: { readonly [reason: string]: readonly string[] } = {
  "the recorded kubectl is 1.36, this one may be older and print otherwise": [
    "describe-pod",
    "describe-pod-pending",
    "describe-pod-crash",
    "describe-pods-selector",
    "describe-node",
    "describe-full-ds",
    "describe-full-cj",
    "describe-full-sa",
    "describe-svc-np",
    "run-dry",
    "autoscale",
    "label-list",
    "describe-full-netpol",
  ],
  "names a folder, an address or a version of the recording": [
    "diff",
    "diff-new",
    "get-raw",
    "version",
    "cluster-info",
    "config",
    "no-server",
    "tokenfile",
    "kustomize-none",
    "edit-noeditor",
    "proxy-plugin",
    "create-from-url",
  ],
  "the recorded administrator had a uid": ["auth-can-i"],
  "the recorded cluster had priority classes that this paused one has not": ["get-short-names"],
  "no certificates.k8s.io": ["certificate"],
};

const ALL = process.env["SHAKEDOWN_KUBECTL"] === "all";
const EVERY = 3;
const different = new Set(Object.values(DIFFERENT).flat());
let running: Served;

beforeAll(async () => {
  running = await served({ speed: 0 });
  const config = readFileSync(running.kubeconfig, "utf8");
  const inT = config.replaceAll("cluster: shakedown\n      user", "cluster: shakedown\n      namespace: t\n      user");
  writeFileSync(running.kubeconfig, inT);
});

afterAll(async () => {
  await running.server.close();
});

test.skipIf(!hasKubectl())("kubectl > prints what was recorded with a real cluster", async () => {
  const cases = recordedCases()
    .filter(({ id }) => !different.has(id.replace("kubectl-", "")))
    .filter((_, i) => ALL || i % EVERY === 0);
  const failures: string[] = [];
  let commands = 0;
  for (const { id, steps } of cases) {
    resetCluster(running.simulation);
    const answers = new Map<string, unknown>();
    for (const [index, step] of steps.entries()) {
      if (!("k" in step)) {
        setUp(running.simulation, { n: String(index), ...step }, answers);
        continue;
      }
      commands += 1;
      const { code, out } = await run(step);
      const told = DATA_DESCRIBED.test(step.k.join(" ")) ? inAnyOrder : comparableText;
      const expected = `${step.r.code}\n${told(step.r.out ?? "")}`;
      const actual = `${code}\n${told(out)}`;
      if (expected !== actual) failures.push(`${id}: kubectl ${step.k.join(" ")}\n${expected}\n--- here\n${actual}`);
    }
  }
  expect(failures).toEqual([]);
  expect(commands).toBeGreaterThanOrEqual(60);
});

/** kubectl describes the data of these in the order of a Go map, which is another one each time. */
const DATA_DESCRIBED = /\bdescribe (cm|configmaps?|secrets?)\b/;

function inAnyOrder(text: string): string {
  return comparableText(text).split("\n").sort().join("\n");
}

function run(step: RecordedCommand): Promise<{ readonly code: number; readonly out: string }> {
  const home = mkdtempSync(join(tmpdir(), "shakedown-home-"));
  return new Promise((resolve) => {
    const child = spawn("kubectl", [...step.k], {
      env: { PATH: process.env["PATH"], HOME: home, KUBECONFIG: running.kubeconfig, TZ: "UTC", ...step.env },
      timeout: 120_000,
    });
    let out = "";
    child.stdout.on("data", (bytes: Buffer) => {
      out += bytes.toString("utf8");
    });
    child.stderr.resume();
    child.on("close", (code) => resolve({ code: code ?? -1, out }));
    child.stdin.on("error", () => undefined);
    child.stdin.end(step.stdin ?? "");
  });
}

import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { webDeployment } from "../harness/web-deployment.ts";
import { scratch } from "./scratch.ts";
import { MAIN, ROOT, shakedown } from "./shakedown.ts";

const { folder, file } = scratch("cli");

const WALK = "scenarios/tutorial/walk-of-one-pod.yaml";
const COMMANDS = ["verify", "run", "replay", "shrink", "route", "explain", "bench", "conformance"];

/** A plan of which a check fails. */
const wrong = file(
  "wrong.yaml",
  `apiVersion: shakedown/v1
kind: Plan
metadata: { name: wrong }
spec:
  cluster: { nodes: [{ count: 1, cpu: 2, memory: 4Gi }] }
  steps:
    - at: 1s
      apply:
        manifests:
          - { apiVersion: v1, kind: Pod, metadata: { name: one, labels: { app: one } }, spec: { containers: [{ name: one, image: "one:1" }] } }
    - { after: previous, check: { selector: app=one, pods: 2, within: 10s } }
`,
);

/** A plan whose Deployment starts new pods before the old ones are gone, by a planted bug. */
const broken = file(
  "broken.yaml",
  `apiVersion: shakedown/v1
kind: Plan
metadata: { name: broken }
spec:
  cluster: { nodes: [{ count: 2, cpu: 4, memory: 8Gi }] }
  mutants: [DEP-08]
  steps:
    - at: 1s
      apply:
        manifests:
${webDeployment(2, ["strategy: { type: Recreate }"])}
    - { at: 20s, cordon: { node: node-2 } }
    - { at: 30s, set-image: { deployment: web, image: "web:2" } }
`,
);

describe("exit codes", () => {
  test.concurrent("0 for a plan that holds", async () => {
    const { code, out, err } = await shakedown("run", WALK);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^held .*\n(?:.*\n)*.*digest [0-9a-f]{16}\n$/);
  });

  test.concurrent("1 for a check that fails", async () => {
    const { code, out, err } = await shakedown("run", wrong);
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(out).toMatch(/^FAILED /m);
  });

  test.concurrent("1 for an invariant that is broken; shrunk, it is broken by fewer steps, and replays to the same digest", async () => {
    const run = await shakedown("run", broken);
    expect(run.code).toBe(1);
    expect(run.out).toMatch(/^VIOLATED .*recreate-waits-for-old-pods/m);
    const small = join(folder, "small.yaml");
    const shrunk = await shakedown("shrink", broken, "--out", small, "--json");
    expect(shrunk.code).toBe(1);
    expect(JSON.parse(shrunk.out)).toMatchObject({ from: 3, steps: 2 });
    const replayed = await shakedown("replay", small, "--json");
    expect(replayed.code).toBe(1);
    expect(JSON.parse(replayed.out)).toMatchObject({ same: true });
  });

  test.concurrent("0 or 1, not 2, for what is left of a failure, though the API server refuses a part of it", async () => {
    const pod =
      "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {priorityClassName: gone, containers: [{name: c, image: i}]}}";
    const plan = (violation: string): string =>
      `apiVersion: shakedown/v1\nkind: Plan\nmetadata: {name: left}\nspec:\n  cluster: {nodes: [{count: 1}]}\n  steps:\n    - {at: 1s, create: {manifests: [${pod}]}}\n${violation}`;
    const left = file("left.yaml", plan("  violation: {invariant: pods-run, object: Pod default/a, digest: d}\n"));
    expect((await shakedown("replay", left)).code).toBeLessThan(2);
    const written = file("written.yaml", plan(""));
    expect(await shakedown("run", written)).toMatchObject({ code: 2, err: expect.stringContaining("PriorityClass") });
  });

  test.concurrent("0 for generated histories that hold", async () => {
    const { code, out } = await shakedown("verify", "--runs", "10", "--faults", "none", "--out", join(folder, "held"));
    expect(out).toMatch(/10 histories in /);
    expect(code).toBe(0);
  });

  test.concurrent("1 for generated histories with a planted bug, whose smallest plan is saved", async () => {
    const out = join(folder, "planted");
    const said = await shakedown(
      "verify",
      "--runs",
      "60",
      "--faults",
      "none",
      "--mutants",
      "DEP-08",
      "--out",
      out,
      "--json",
    );
    expect(said.code).toBe(1);
    const { violations } = JSON.parse(said.out);
    expect(violations.map((one: { invariant: string }) => one.invariant)).toContain("recreate-waits-for-old-pods");
    const saved = violations.find((one: { invariant: string }) => one.invariant === "recreate-waits-for-old-pods");
    expect((await shakedown("replay", saved.file)).code).toBe(1);
  });

  test.concurrent("0 for a replayed failure that is mended, which says so", async () => {
    const saved = "scenarios/regressions/pod-leaves-its-back-off-as-the-history-ends.yaml";
    const replayed = await shakedown("replay", saved);
    expect(replayed.code).toBe(0);
    expect(replayed.out).toContain("Mended: pods-run was violated by Pod default/app-a-");
    expect(JSON.parse((await shakedown("replay", saved, "--json")).out)).toMatchObject({ same: false, mended: true });
  });
});

describe("--json", () => {
  const cases: readonly (readonly string[])[] = [
    ["run", WALK],
    ["run", WALK, "--story"],
    ["replay", WALK],
    ["verify", WALK],
    ["verify", "--runs", "2", "--out", join(folder, "json")],
    [
      "verify",
      WALK,
      "scenarios/tutorial/one-pod.yaml",
      "--runs",
      "2",
      "--report-only",
      "--out",
      join(folder, "json-both"),
    ],
    ["route", WALK, "--from", "node/node-1", "--to", "web:80"],
    ["explain", WALK, "web"],
    ["bench", "SchedulingBasic", "--nodes", "10", "--pods", "20"],
    ["conformance", "properties/conformance/golden/endpointslice/slices.jsonl.gz"],
  ];
  for (const args of cases)
    test.concurrent(`${args.join(" ").replaceAll(folder, "…")} > is one JSON text`, async () => {
      const { code, out } = await shakedown(...args, "--json");
      expect(code).toBeLessThan(2);
      expect(typeof JSON.parse(out)).toBe("object");
    });
});

describe("--help", () => {
  for (const name of COMMANDS)
    test.concurrent(`${name} > shows an example`, async () => {
      const { code, out, err } = await shakedown(name, "--help");
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toMatch(new RegExp(`Examples?:\\n {2}shakedown ${name} `));
    });

  test.concurrent("the program names every command and the exit codes", async () => {
    const { code, out } = await shakedown("--help");
    expect(code).toBe(0);
    for (const name of COMMANDS) expect(out).toMatch(new RegExp(`^ {2}${name} `, "m"));
    expect(out).toMatch(/Exit codes: 0 /);
  });
});

test.each([
  ["in this process", "1"],
  ["in workers", "2"],
])("Ctrl-C > %s, verify stops within seconds and tells what it has found", async (_, workers) => {
  const args = [
    MAIN,
    "verify",
    "--for",
    "60s",
    "--faults",
    "none",
    "--workers",
    workers,
    "--out",
    join(folder, `stopped-${workers}`),
  ];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  child.stdout.on("data", (chunk) => (out += String(chunk)));
  await new Promise((resolve) => child.stderr.once("data", resolve));
  const asked = performance.now();
  child.kill("SIGINT");
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect(performance.now() - asked).toBeLessThan(15_000);
  expect(out).toMatch(/Stopped early; this is what was found so far\./);
  const histories = Number(/^(\d+) histories in /m.exec(out)?.[1]);
  expect(histories).toBeGreaterThan(0);
  expect(code).toBe(/^VIOLATED/m.test(out) ? 1 : 0);
});

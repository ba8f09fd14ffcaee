import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scratch } from "./scratch.ts";
import { shakedown } from "./shakedown.ts";

const { folder, file } = scratch("scheduler");

const RACK = "scenarios/plugins/rack";
const PLUGIN = `${RACK}/rack.js`;
const CONFIG = `${RACK}/scheduler.yaml`;
const WALK = "scenarios/tutorial/walk-of-one-pod.yaml";

/** Forgets that a node may be full, and so overcommits it. */
const blind = file(
  "blind.yaml",
  `apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles: [{ schedulerName: default-scheduler, plugins: { filter: { disabled: [{ name: NodeResourcesFit }] } } }]
`,
);

describe("--config and --plugin", () => {
  test.concurrent("run > a plan is run with the configuration of the command line", async () => {
    const plain = await shakedown("run", WALK, "--json");
    const configured = await shakedown("run", WALK, "--json", "--config", CONFIG, "--plugin", PLUGIN);
    expect([plain.code, configured.code]).toEqual([0, 0]);
  });

  test.concurrent("explain > own plugins filter and score beside the others", async () => {
    const { code, out } = await shakedown("explain", `${RACK}/plan.yaml`, "database", "--json");
    expect(code).toBe(0);
    const { schedulerName, nodes } = JSON.parse(out);
    expect(schedulerName).toBe("rack-scheduler");
    const rejected = nodes.filter((one: { verdict: string }) => one.verdict === "rejected");
    expect(rejected.map((one: { status: { plugin: string } }) => one.status.plugin)).toContain("Rack");
    const [first] = nodes;
    expect(first.filters.map((one: { plugin: string }) => one.plugin)).toEqual(
      expect.arrayContaining(["NodeResourcesFit", "Rack"]),
    );
  });

  test.concurrent("bench > measures with the configuration and the plugin", async () => {
    const args = ["SchedulingBasic", "--nodes", "10", "--pods", "20", "--json"];
    const { code, out } = await shakedown("bench", ...args, "--config", CONFIG, "--plugin", PLUGIN);
    expect(code).toBe(0);
    expect(JSON.parse(out)[0]).toMatchObject({ workload: "SchedulingBasic", unscheduled: 0 });
  });

  test.concurrent("verify > finds a plugin that waits for no event; the failure names the module, and replays", async () => {
    const text = readFileSync(PLUGIN, "utf8").replace(/events: .*\],/s, "events: () => [],");
    file("deaf.mjs", text.replaceAll("example.com/rack", "kubernetes.io/hostname"));
    const out = join(folder, "found");
    const args = ["--runs", "12", "--faults", "none", "--nodes", "2", "--out", out, "--json"];
    const { code, out: said } = await shakedown("verify", ...args, "--plugin", join(folder, "deaf.mjs"));
    expect(code).toBe(1);
    const { violations } = JSON.parse(said);
    expect(violations.map((one: { invariant: string }) => one.invariant)).toContain("pods-run");
    const [{ file: saved }] = violations;
    expect(readFileSync(saved, "utf8")).toMatch(/plugins:\s+- \.\.\/\.\.\/deaf\.mjs/);
    expect(JSON.parse((await shakedown("replay", saved, "--json")).out)).toMatchObject({ same: true });
  });

  test.concurrent("verify > a plugin that hears what it needs holds, in workers too", async () => {
    const out = join(folder, "held");
    const args = ["--runs", "8", "--faults", "none", "--nodes", "2", "--workers", "2", "--out", out, "--json"];
    const { code } = await shakedown("verify", ...args, "--plugin", PLUGIN);
    expect(code).toBe(0);
  });
});

describe("a plugin that cannot be had > one sentence, and exit code 2", () => {
  const named = (plugins: string): string =>
    readFileSync(`${RACK}/plan.yaml`, "utf8")
      .replace("[./rack.js]", plugins)
      .replace("config: scheduler.yaml", `config: ${join(process.cwd(), CONFIG)}`);
  const cases: readonly (readonly [what: string, args: readonly string[], says: RegExp])[] = [
    ["a module that is missing", ["run", file("gone.yaml", named("[./gone.js]"))], /gone\.js does not exist; expected/],
    ["no module at all", ["run", file("none.yaml", named("[]"))], /"Rack" does not exist; expected/],
    [
      "a module that does not parse",
      ["verify", "--plugin", file("broken.js", "export const plugin = {")],
      /broken\.js cannot be loaded/,
    ],
    [
      "a module without plugin",
      ["verify", "--plugin", file("empty.cjs", "module.exports = 3;")],
      /empty\.cjs: expected/,
    ],
    [
      "a plugin with an in-tree name",
      ["verify", "--plugin", file("name.cjs", 'module.exports = { name: "NodeName", filter() {} };')],
      /NodeName is a plugin of kube-scheduler itself/,
    ],
    [
      "a plugin with an unknown function",
      ["bench", "--plugin", file("typo.cjs", 'module.exports = { name: "Typo", filters() {} };')],
      /Typo\.filters is unknown; expected some of/,
    ],
    [
      "a plugin that no profile enables",
      ["explain", WALK, "web", "--plugin", PLUGIN, "--config", blind],
      /no profile enables Rack; expected/,
    ],
    [
      "two schedulers for one name",
      [
        "run",
        file(
          "twice.yaml",
          readFileSync("scenarios/schedulers/two-schedulers.yaml", "utf8").replace("batch-scheduler", "no-images"),
        ),
      ],
      /schedulerName "no-images" is served by kube-scheduler already; expected/,
    ],
  ];
  for (const [what, args, says] of cases)
    test.concurrent(what, async () => {
      const { code, out, err } = await shakedown(...args);
      expect({ code, out, err }).toEqual({ code: 2, out: "", err: expect.stringMatching(/^shakedown: [^\n]+\n$/) });
      expect(err).toMatch(says);
    });
});

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { shakedown } from "../cli/shakedown.ts";

const folder = mkdtempSync(join(tmpdir(), "bench-"));
const QUICK = [
  "bench",
  "SchedulingBasic",
  "--nodes",
  "10",
  "--pods",
  "20",
  "--rounds",
  "1",
  "--samples",
  "1",
  "--time",
  "1ms",
];

afterAll(() => rmSync(folder, { recursive: true }));

/** The table with each rate multiplied. */
function scaled(path: string, by: number, name: string): string {
  const [head = "", row = ""] = readFileSync(path, "utf8").trim().split("\n");
  const rates = head.split(",").map((column) => column.startsWith("pods_per_s"));
  const fields = row.split(",").map((field, i) => (rates[i] === true ? String(Number(field) * by) : field));
  const out = join(folder, name);
  writeFileSync(out, `${head}\n${fields.join(",")}\n`);
  return out;
}

test(
  "bench --compare > a table that was faster beyond noise ends with exit code 1, a slower one with 0",
  { timeout: 600_000 },
  async () => {
    const table = join(folder, "now.csv");
    expect(await shakedown(...QUICK, "--csv", table)).toMatchObject({ code: 0 });
    const worse = await shakedown(...QUICK, "--compare", scaled(table, 1000, "faster.csv"));
    expect(worse.code).toBe(1);
    expect(worse.out).toMatch(/^workload,nodes,.*ratio,ratio_low,ratio_high,verdict/);
    expect(worse.out).toContain("slower");
    const better = await shakedown(...QUICK, "--compare", scaled(table, 0.001, "slower.csv"));
    expect(better).toMatchObject({ code: 0, out: expect.stringContaining("faster") });
  },
);

test("bench --against > the peer's figure and the ratio stand in the row", { timeout: 600_000 }, async () => {
  const peer = join(folder, "peer.sh");
  writeFileSync(peer, '#!/bin/sh\nprintf "workload,pods_per_s\\n%s,2.5\\n" "$2"\n');
  chmodSync(peer, 0o755);
  const { code, out } = await shakedown(...QUICK, "--against", peer, "--json");
  expect(code).toBe(0);
  const [row] = JSON.parse(out) as [{ readonly pods_per_s: number; readonly peer_ratio: number }];
  expect(row).toMatchObject({ peer_pods_per_s: 2.5 });
  expect(row.peer_ratio).toBeCloseTo(row.pods_per_s / 2.5, 0);
});

test.each([
  ["a table that is missing", ["--compare", "none.csv"], /none\.csv/],
  ["a table of something else", ["--compare", "reports/baseline-large-cluster.csv"], /column workload is missing/],
  ["a peer that is missing", ["--against", "./no-such-peer"], /no-such-peer/],
  ["numbers of nodes that are equal", ["--nodes", "10,10"], /differ/],
])("bench > %s is refused in one sentence", { timeout: 600_000 }, async (_, args, complaint) => {
  const { code, err } = await shakedown(...QUICK, ...args);
  expect(code).toBe(2);
  const said = err.trim().split("\n").at(-1) ?? "";
  expect(said).toMatch(complaint);
  expect(err).not.toContain("    at ");
});

// Builds, runs vitest with the given arguments and ends with one line: "N passed, N failed". Exit code: vitest's.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

function run(script, args, env = {}) {
  const options = { cwd: root, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...env } };
  return spawnSync(process.execPath, [join(root, "node_modules", script), ...args], options).status ?? 1;
}

function close({ passed, failed }, code) {
  console.log(`${passed} passed, ${code === 0 ? failed : Math.max(1, failed)} failed`);
  process.exitCode = code;
}

function test(file) {
  const reporters = ["--reporter=default", `--reporter=${join(root, "scripts", "counts-reporter.mjs")}`];
  const code = run("vitest/vitest.mjs", ["run", ...reporters, ...process.argv.slice(2)], { SHAKEDOWN_TEST_COUNTS: file });
  try {
    close(JSON.parse(readFileSync(file, "utf8")), code);
  } catch (error) {
    console.error(`vitest left no counts: ${error.message}`);
    close({ passed: 0, failed: 1 }, code === 0 ? 1 : code);
  }
}

const built = run("typescript/bin/tsc", ["-b"]);
if (built === 0) {
  const folder = mkdtempSync(join(tmpdir(), "shakedown-test-"));
  test(join(folder, "counts.json"));
  rmSync(folder, { recursive: true, force: true });
} else {
  console.error("The build failed; no test was run.");
  close({ passed: 0, failed: 1 }, built);
}

// Builds, runs vitest with the given arguments and ends with one line: "N passed, N failed". Exit code: vitest's, else the build's.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

function run(script, args, env = {}) {
  const options = { cwd: root, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...env } };
  return spawnSync(process.execPath, [join(root, "node_modules", script), ...args], options).status ?? 1;
}

/** Counts of a vitest run; at least one failure when it did not end well. */
function test(file) {
  const reporters = ["--reporter=default", `--reporter=${join(root, "scripts", "counts-reporter.mjs")}`];
  const code = run("vitest/vitest.mjs", ["run", ...reporters, ...process.argv.slice(2)], { SHAKEDOWN_TEST_COUNTS: file });
  const { passed, failed } = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { passed: 0, failed: 0 };
  return { passed, failed: code === 0 ? failed : Math.max(1, failed), code };
}

const built = run("typescript/bin/tsc", ["-b"]);
if (built !== 0) console.error("The build failed; that counts as one failure.");
const folder = mkdtempSync(join(tmpdir(), "shakedown-test-"));
const { passed, failed, code } = test(join(folder, "counts.json"));
rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed + (built === 0 ? 0 : 1)} failed`);
process.exitCode = code === 0 ? built : code;

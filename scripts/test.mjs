// Builds, runs vitest with the given arguments and ends with one line: "N passed, N failed". Exit code: vitest's.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const bin = (name) => join("node_modules", name);
const run = (script, args) => spawnSync(process.execPath, [script, ...args], { stdio: ["ignore", "inherit", "inherit"] }).status ?? 1;

/** Counts of vitest's JSON report; a file that could not be loaded counts as one failure. */
function counts(path) {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(path, "utf8"));
  const unloaded = testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
  return { passed: numPassedTests, failed: numFailedTests + unloaded };
}

function close({ passed, failed }, code) {
  // Errors outside any test fail the run without failing a test.
  console.log(`${passed} passed, ${code === 0 ? failed : Math.max(1, failed)} failed`);
  process.exitCode = code;
}

const built = run(bin("typescript/bin/tsc"), ["-b"]);
if (built !== 0) {
  console.error("The build failed; no test was run.");
  close({ passed: 0, failed: 1 }, built);
} else {
  const folder = mkdtempSync(join(tmpdir(), "shakedown-test-"));
  const report = join(folder, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const code = run(bin("vitest/vitest.mjs"), ["run", ...reporters, ...process.argv.slice(2)]);
  try {
    close(counts(report), code);
  } catch (error) {
    console.error(`vitest left no report: ${error.message}`);
    close({ passed: 0, failed: 1 }, code === 0 ? 1 : code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// Runs the same plans under this Node.js and under another version, and compares the digests of their histories.
// Usage: node scripts/other-node.mjs [version], after a build; the other Node.js comes from the npm package "node".
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const PLANS = 20;
const self = fileURLToPath(import.meta.url);

if (process.argv[2] === "--digests") {
  const { runHistory } = await import("../dist/src/harness/campaign/summary.js");
  const digests = Array.from({ length: PLANS }, (_, index) => runHistory(61, index, {}).digest);
  console.log(JSON.stringify({ node: process.version, digests }));
} else {
  const version = process.argv[2] ?? "24";
  const here = digestsOf(process.execPath, [self, "--digests"]);
  const there = digestsOf("npx", ["-y", "-p", `node@${version}`, "node", self, "--digests"]);
  const differing = here.digests.flatMap((digest, index) => (digest === there.digests[index] ? [] : [index]));
  console.log(`${PLANS - differing.length} of ${PLANS} histories are the same under ${here.node} and ${there.node}`);
  if (differing.length > 0) console.log(`Different: ${differing.map((index) => `seed-61-${index}`).join(", ")}`);
  process.exitCode = differing.length === 0 ? 0 : 1;
}

function digestsOf(command, args) {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with code ${status}`);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

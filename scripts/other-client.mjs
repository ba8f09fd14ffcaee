// Runs the test of @kubernetes/client-node with its second major version, which needs a newer Node.js than this project.
// Usage: node scripts/other-client.mjs [client version] [Node.js version]; both come from the npm registry.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [client = "2.0.1", node = "24"] = process.argv.slice(2);
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "shakedown-client-"));
const under = (...words) => run("npx", ["-y", "-p", `node@${node}`, ...words], root);

function run(command, args, cwd) {
  return spawnSync(command, args, { cwd, stdio: "inherit" }).status ?? 1;
}

/** The client in a folder of its own, and a configuration of vitest that takes it for the project's. */
function prepare() {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  const installed = run("npm", ["install", "--no-audit", "--no-fund", "--engine-strict=false", `@kubernetes/client-node@${client}`], folder);
  if (installed !== 0) throw new Error(`npm could not install @kubernetes/client-node@${client}`);
  const there = join(folder, "node_modules", "@kubernetes", "client-node");
  const { version, main } = JSON.parse(readFileSync(join(there, "package.json"), "utf8"));
  console.log(`@kubernetes/client-node ${version} under Node.js ${node}`);
  const config = {
    root,
    resolve: { alias: { "@kubernetes/client-node": join(there, main) } },
    server: { fs: { strict: false } },
    test: {
      include: ["properties/serve/client-node.test.ts"],
      setupFiles: ["properties/setup/no-ambient.ts"],
      testTimeout: 600_000,
      hookTimeout: 300_000,
    },
  };
  const file = join(folder, "vitest.config.mjs");
  writeFileSync(file, `export default ${JSON.stringify(config)};\n`);
  return file;
}

try {
  process.exitCode = under("node", join(root, "node_modules/vitest/vitest.mjs"), "run", "--config", prepare());
} finally {
  rmSync(folder, { recursive: true, force: true });
}

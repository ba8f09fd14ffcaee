/**
 * How many requests a second does `serve` answer, in one process, while 500 watches hear of every write? Clients run in this
 * process, the server in another. Exit code 1 when an event is lost.
 *
 * node dist/benchmarks/serve.js [--seconds 10] [--watches 500] [--connections 16]
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, get, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { present } from "../src/base/assert.ts";
import { cast } from "../src/base/units.ts";
import { renderCsv, writeCsv } from "../src/report/csv.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    watches: { type: "string", default: "500" },
    connections: { type: "string", default: "16" },
  },
});
const WATCHES = Number(values.watches);
/** One request in so many is a write that all watches hear of. */
const WRITE_EVERY = 100;
const NEW_LINE = 10;
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
  }[];
  readonly users: readonly {
    readonly user: { readonly "client-certificate-data": string; readonly "client-key-data": string };
  }[];
}

const folder = mkdtempSync(join(tmpdir(), "shakedown-serve-"));
const kubeconfig = join(folder, "kubeconfig");
const main = fileURLToPath(new URL("../src/cli/main.js", import.meta.url));
const server = spawn(process.execPath, [main, "serve", "--nodes", "3", "--port", "0", "--kubeconfig", kubeconfig]);
await new Promise<void>((resolve) => server.stdout.once("data", () => resolve()));
const config = cast<Kubeconfig>(parse(readFileSync(kubeconfig, "utf8")));
const { cluster } = present(config.clusters[0], "a cluster");
const { user } = present(config.users[0], "a user");
const { hostname, port } = new URL(cluster.server);
const text = (base64: string): string => Buffer.from(base64, "base64").toString("utf8");
const agent = new Agent({
  ca: text(cluster["certificate-authority-data"]),
  cert: text(user["client-certificate-data"]),
  key: text(user["client-key-data"]),
  keepAlive: true,
});

function send(method: string, path: string, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { "Content-Type": "application/json" };
    const sent = request({ hostname, port, path, method, agent, headers }, (response) => {
      response.on("end", () => resolve(response.statusCode ?? 0)).resume();
    });
    sent.on("error", reject).end(body);
  });
}

let told = 0;
function watch(): Promise<void> {
  return new Promise((resolve, reject) => {
    const path = `${CONFIG_MAPS}?watch=true&labelSelector=watched&resourceVersion=0`;
    get({ hostname, port, path, agent }, (response) => {
      response.on("data", (bytes: Buffer) => {
        for (const byte of bytes) if (byte === NEW_LINE) told += 1;
      });
      resolve();
    }).on("error", reject);
  });
}

/** Processor time of the server so far, in milliseconds (Linux: /proc, in hundredths of a second). */
function serverMs(): number {
  const fields = readFileSync(`/proc/${server.pid}/stat`, "utf8").split(" ");
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

await Promise.all(Array.from({ length: WATCHES }, watch));
let answered = 0;
let written = 0;
const busyBefore = serverMs();
const began = performance.now();
const ends = began + Number(values.seconds) * 1000;
async function client(): Promise<void> {
  while (performance.now() < ends) {
    answered += 1;
    if (answered % WRITE_EVERY === 0) {
      written += 1;
      const body = JSON.stringify({ metadata: { name: `w-${written}`, labels: { watched: "yes" } } });
      if ((await send("POST", CONFIG_MAPS, body)) !== 201) throw new Error(`w-${written} was refused`);
    } else if ((await send("GET", "/api/v1/nodes/node-1")) !== 200) throw new Error("node-1 was not found");
  }
}
await Promise.all(Array.from({ length: Number(values.connections) }, client));
const seconds = (performance.now() - began) / 1000;
const busy = serverMs() - busyBefore;
for (const limit = performance.now() + 30_000; told < written * WATCHES && performance.now() < limit;)
  await new Promise((resolve) => setTimeout(resolve, 20));
server.kill();
rmSync(folder, { recursive: true, force: true });
const rows = [
  {
    watches: WATCHES,
    requests_per_s: Math.round(answered / seconds),
    requests_per_cpu_s: Math.round((answered * 1000) / busy),
    writes: written,
    events_told: told,
    events_lost: written * WATCHES - told,
    node: process.version,
  },
];
writeCsv("reports/serve.csv", rows);
process.stdout.write(renderCsv(rows));
process.exit(told === written * WATCHES ? 0 : 1);

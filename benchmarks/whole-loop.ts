/**
 * How many pods a second go through the whole loop: API server, queue, decision, binding, kubelet and runtime, until each
 * runs? The cluster stands before the clock starts; all pods are created at one instant of virtual time. Each sample is a
 * cluster of its own, after three that warm up; each row has a process of its own. Without Event objects it compares with the peer
 * (oracle/bench -mode loop), which drops them and ends with the binding.
 *
 * node --max-semi-space-size=128 dist/benchmarks/whole-loop.js [--nodes 1000,5000] [--pods 5000] [--samples 5]
 *
 * The larger young generation spares V8 from copying pods that live on.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { Bench } from "tinybench";
import type { Pod } from "../src/api/types/core-v1.ts";
import { present } from "../src/base/assert.ts";
import { cast } from "../src/base/units.ts";
import { Cluster } from "../src/cluster/cluster.ts";
import { renderCsv, writeCsv } from "../src/report/csv.ts";
import { plainCluster } from "./plain-cluster.ts";

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "1000,5000" },
    pods: { type: "string", default: "5000" },
    samples: { type: "string", default: "5" },
    /** Measures one row in this process, with Event objects or without. */
    events: { type: "string" },
  },
});
const PODS = Number(values.pods);
/** By then the nodes have registered and are Ready. */
const UP_MS = 60_000;
/** Bound for the pods, in virtual time: client-go's rate limits let the scheduler bind 50 pods a second. */
const RUN_MS = 3_600_000;

const spec = {
  containers: [{ name: "pause", image: "pause:3.10", resources: { requests: { cpu: "100m", memory: "500Mi" } } }],
};

function up(nodes: number, recordEvents: boolean): Cluster {
  const cluster = new Cluster({ ...plainCluster({ count: nodes, cpu: "4", memory: "32Gi" }, 1), recordEvents });
  cluster.run(UP_MS);
  return cluster;
}

/** Creates the pods and runs until the last one runs. */
function loop(cluster: Cluster): void {
  for (let i = 0; i < PODS; i += 1) {
    const body = { apiVersion: "v1", kind: "Pod", metadata: { name: `pod-${i}`, namespace: "default" }, spec };
    const answer = cluster.request({ verb: "create", resource: "pods", namespace: "default", body });
    if (!answer.ok) throw new Error(`pod-${i} was refused: ${answer.status.message ?? ""}`);
  }
  const until = cluster.now + RUN_MS;
  while (running(cluster) < PODS) {
    if (cluster.now >= until) throw new Error(`${running(cluster)} of ${PODS} pods run`);
    cluster.run(cluster.now + 5000);
  }
}

function running(cluster: Cluster): number {
  let count = 0;
  for (const pod of cluster.world.objects("pods").values()) {
    if (cast<Pod>(pod).status?.phase === "Running") count += 1;
  }
  return count;
}

/** One row of the table. */
async function measure(nodes: number, events: boolean): Promise<object> {
  const options = { time: 0, iterations: Number(values.samples), warmupIterations: 3, warmupTime: 0 };
  const bench = new Bench({ name: "whole loop", ...options });
  let cluster: Cluster | undefined;
  bench.add("loop", () => loop(present(cluster, "a cluster")), {
    beforeEach: () => {
      cluster = up(nodes, events);
    },
    // What is no longer used must not weigh on the collector.
    afterEach: () => {
      cluster = undefined;
    },
  });
  const [task] = await bench.run();
  const result = task?.result;
  if (result === undefined || !("latency" in result)) throw new Error(`${nodes} nodes were not measured`);
  const { p50, min, max, samplesCount } = result.latency;
  return {
    nodes,
    pods: PODS,
    event_objects: events,
    pods_per_s: Math.round((PODS * 1000) / p50),
    slowest: Math.round((PODS * 1000) / max),
    fastest: Math.round((PODS * 1000) / min),
    us_per_pod: Math.round((p50 * 1000) / PODS),
    samples: samplesCount,
    node: process.version,
    flags: process.execArgv.join(" "),
  };
}

/** The same in a process of its own, so that no row meets code that was compiled for another. */
function measureApart(nodes: number, events: boolean): object {
  const script = present(process.argv[1], "this script");
  const given = ["--pods", values.pods, "--samples", values.samples];
  const row = ["--nodes", String(nodes), "--events", String(events)];
  const { status, stdout } = spawnSync(process.execPath, [...process.execArgv, script, ...given, ...row], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${nodes} nodes were not measured`);
  return cast<object>(JSON.parse(stdout));
}

const sizes = values.nodes.split(",").map(Number);
if (values.events !== undefined) {
  process.stdout.write(JSON.stringify(await measure(sizes[0] ?? 0, values.events === "true")));
} else {
  const rows = sizes.flatMap((nodes) => [true, false].map((events) => measureApart(nodes, events)));
  writeCsv("reports/whole-loop.csv", cast(rows));
  process.stdout.write(renderCsv(cast(rows)));
}

/**
 * How many pods a second go through the whole loop: API server, queue, decision, binding, kubelet and runtime, until each
 * runs? The cluster stands before the clock starts; all pods are created at one instant of virtual time. Each sample is a
 * cluster of its own, after one that warms up; the sizes are measured in turn. Without Event objects it compares with the peer
 * (oracle/bench -mode loop), which drops them and ends with the binding.
 *
 * node --max-semi-space-size=128 dist/benchmarks/whole-loop.js [--nodes 1000,5000] [--pods 5000] [--samples 5]
 *
 * The larger young generation spares V8 from copying pods that live on.
 */
import { parseArgs } from "node:util";
import { Bench } from "tinybench";
import { Cluster } from "../src/cluster/cluster.ts";
import { renderCsv, writeCsv } from "../src/report/csv.ts";
import { plainCluster } from "./plain-cluster.ts";

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "1000,5000" },
    pods: { type: "string", default: "5000" },
    samples: { type: "string", default: "5" },
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
    const status: unknown = Reflect.get(pod, "status");
    if (typeof status === "object" && status !== null && Reflect.get(status, "phase") === "Running") count += 1;
  }
  return count;
}

const bench = new Bench({
  name: "whole loop",
  time: 0,
  iterations: Number(values.samples),
  warmupIterations: 1,
  warmupTime: 0,
});
const names = new Map<string, { readonly nodes: number; readonly events: boolean }>();
for (const nodes of values.nodes.split(",").map(Number)) {
  for (const events of [true, false]) {
    const name = `${nodes} nodes${events ? "" : ", no Event objects"}`;
    names.set(name, { nodes, events });
    let cluster: Cluster;
    bench.add(name, () => loop(cluster), {
      beforeEach: () => {
        cluster = up(nodes, events);
        globalThis.gc?.();
      },
    });
  }
}
const rows = bench.runSync().map(({ name, result }) => {
  const size = names.get(name);
  if (!("latency" in result) || size === undefined) throw new Error(`${name} was not measured`);
  const { p50, min, max, samplesCount } = result.latency;
  return {
    nodes: size.nodes,
    pods: PODS,
    event_objects: size.events,
    pods_per_s: Math.round((PODS * 1000) / p50),
    slowest: Math.round((PODS * 1000) / max),
    fastest: Math.round((PODS * 1000) / min),
    us_per_pod: Math.round((p50 * 1000) / PODS),
    samples: samplesCount,
    node: process.version,
    flags: process.execArgv.join(" "),
  };
});
writeCsv("reports/whole-loop.csv", rows);
process.stdout.write(renderCsv(rows));

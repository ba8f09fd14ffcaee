/**
 * How much faster than real time does a cluster run when nothing happens? 100 nodes and one Deployment of 1,000 replicas:
 * the time to bring them up, then an hour of virtual time.
 */
import { Bench } from "tinybench";
import { Cluster } from "../src/cluster/cluster.ts";
import { renderCsv, writeCsv } from "../src/report/csv.ts";
import { plainCluster } from "./plain-cluster.ts";

const NODES = 100;
const REPLICAS = 1000;
const HOUR_MS = 3_600_000;
const UP_MS = 300_000;

const spec = plainCluster({ count: NODES, cpu: "16", memory: "64Gi" }, { min: 1, max: 5 });

const labels = { app: "web" };
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default" },
  spec: {
    replicas: REPLICAS,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        containers: [{ name: "web", image: "nginx:1.29", resources: { requests: { cpu: "100m", memory: "64Mi" } } }],
      },
    },
  },
};

/** A cluster with its pods up, at rest. */
function settled(): Cluster {
  const cluster = new Cluster(spec);
  cluster.run(10_000);
  const answer = cluster.request({
    verb: "create",
    resource: "deployments.apps",
    namespace: "default",
    body: deployment,
  });
  if (!answer.ok) throw new Error(`the Deployment was refused: ${answer.status.message ?? ""}`);
  cluster.run(UP_MS);
  const running = [...cluster.world.objects("pods").values()].filter(
    (pod) => Reflect.get(Reflect.get(pod, "status") ?? {}, "phase") === "Running",
  );
  if (running.length !== REPLICAS) throw new Error(`${running.length} of ${REPLICAS} pods run`);
  return cluster;
}

const HOURS = 3;
const bench = new Bench({ name: "time compression", time: 0, iterations: HOURS, warmup: false });
let cluster = settled();
const upEvents = cluster.events;
bench.add("bring up", () => {
  cluster = settled();
});
bench.add("idle hour", () => cluster.run(cluster.now + HOUR_MS));
const rows = bench.runSync().map(({ name, result }) => {
  if (!("latency" in result)) throw new Error(`${name} was not measured`);
  const { mean, samplesCount } = result.latency;
  const isIdle = name === "idle hour";
  const virtualMs = isIdle ? HOUR_MS : UP_MS;
  return {
    question: name,
    nodes: NODES,
    pods: REPLICAS,
    events: isIdle ? Math.round((cluster.events - upEvents) / HOURS) : upEvents,
    mean_ms: mean.toFixed(3),
    virtual_s: virtualMs / 1000,
    times_real_time: Math.round(virtualMs / mean),
    samples: samplesCount,
    node: process.version,
  };
});
writeCsv("reports/idle.csv", rows);
process.stdout.write(renderCsv(rows));

/**
 * How long does it take to show a served cluster at another instant of its history? 50 nodes, 10 minutes with a rollout, a
 * power failure and scaling; 100 instants in no order, each from the one before. `max_cpu_ms` is what the
 * dearest of them computed, which a busy machine does not change.
 */
import { performance } from "node:perf_hooks";
import { parsePlan } from "../src/harness/plan/parse.ts";
import { renderCsv, writeCsv } from "../src/report/csv.ts";
import { Simulation } from "../src/serve/clock/simulation.ts";

const END_MS = 600_000;
const SEEKS = 100;

const PLAN = `
apiVersion: shakedown/v1
kind: Plan
metadata: { name: seek }
spec:
  seed: 3
  cluster: { nodes: [{ count: 50 }] }
  steps:
    - at: 2s
      create:
        manifests:
          - apiVersion: apps/v1
            kind: Deployment
            metadata: { name: web, namespace: default }
            spec:
              replicas: 200
              selector: { matchLabels: { app: web } }
              template:
                metadata: { labels: { app: web } }
                spec: { containers: [{ name: c, image: nginx }] }
    - { at: 60s, fault: node-power-off, for: 90s, params: { node: node-2 } }
    - { at: 200s, set-image: { deployment: web, image: "nginx:2" } }
    - { at: 400s, scale: { deployment: web, replicas: 50 } }
`;

const simulation = new Simulation(
  parsePlan(PLAN, "benchmarks/seek", () => ""),
  0,
);
await simulation.seek(END_MS);
const lastEvents = simulation.cluster.events;
const costs: number[] = [];
const cpuCosts: number[] = [];
for (let i = 1; i <= SEEKS; i += 1) {
  const before = performance.now();
  const cpuBefore = process.cpuUsage();
  await simulation.seek((i * 137_911) % END_MS);
  costs.push(performance.now() - before);
  cpuCosts.push(process.cpuUsage(cpuBefore).user / 1000);
}
costs.sort((a, b) => a - b);
const at = (share: number): string =>
  (costs[Math.min(costs.length - 1, Math.floor(costs.length * share))] ?? 0).toFixed(1);
const rows = [
  {
    nodes: 50,
    minutes: 10,
    events: lastEvents,
    seeks: SEEKS,
    p50_ms: at(0.5),
    p90_ms: at(0.9),
    p99_ms: at(0.99),
    max_ms: at(1),
    max_cpu_ms: Math.max(...cpuCosts).toFixed(1),
    peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  },
];
process.stdout.write(renderCsv(rows));
writeCsv("reports/seek.csv", rows);

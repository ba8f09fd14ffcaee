/**
 * How long do a million pods take on 100,000 nodes, and does the scalar path decide the same? It is asked at even distances, on
 * the same state, outside the clock: `node dist/benchmarks/large-cluster.js [NODES [PODS [SAMPLED %]]]`.
 */
import type { Node, Pod } from "../src/api/types/core-v1.ts";
import { cast } from "../src/base/units.ts";
import { renderCsv, writeCsv } from "../src/report/csv.ts";
import { assumePod, emptyCache, putNode } from "../src/scheduler/cache/cache.ts";
import { emptyColumns } from "../src/scheduler/columns/columns.ts";
import type { Environment } from "../src/scheduler/framework/cycle.ts";
import { noObjects } from "../src/scheduler/framework/objects.ts";
import { schedulerConfig } from "../src/scheduler/framework/profile.ts";
import { emptyNominator } from "../src/scheduler/queue/nominator.ts";
import { schedulePod } from "../src/scheduler/schedule-one.ts";
import { thisMachine } from "../src/workload/bench/machine.ts";

const [nodes = 100_000, pods = 1_000_000, sampledPct = 1] = process.argv.slice(2).map(Number);

function node(index: number): Node {
  const name = `node-${String(index).padStart(6, "0")}`;
  const amounts = { cpu: "4", memory: "32Gi", pods: "110" };
  return cast<Node>({
    metadata: { name, uid: name, labels: { "kubernetes.io/hostname": name } },
    spec: {},
    status: { allocatable: amounts },
  });
}

function pod(index: number): Pod {
  const name = `pod-${index}`;
  const requests = { cpu: "100m", memory: "500Mi" };
  return cast<Pod>({
    metadata: { namespace: "default", name, uid: `default/${name}` },
    spec: {
      schedulerName: "default-scheduler",
      containers: [{ name: "pause", image: "pause", resources: { requests } }],
    },
  });
}

const cache = emptyCache();
for (let i = 0; i < nodes; i += 1) putNode(cache, node(i));
const alone: Environment = { cache, nominator: emptyNominator(), objects: noObjects, now: 0, mutants: new Set() };
const fast: Environment = { ...alone, columns: emptyColumns() };
const profile = [...schedulerConfig().profiles.values()][0];
if (profile === undefined) throw new Error("the default configuration has a profile");
const options = { start: 0, percentageOfNodesToScore: 0 };
const every = Math.max(1, Math.round(100 / sampledPct));
let [seconds, sampled, agree, unscheduled] = [0, 0, 0, 0];
let started = performance.now();
for (let i = 0; i < pods; i += 1) {
  const one = pod(i);
  if (i % every === every - 1) {
    seconds += (performance.now() - started) / 1000;
    const expected = schedulePod(alone, profile, one, options);
    const decided = schedulePod(fast, profile, one, options);
    sampled += 1;
    if (expected.node === decided.node && expected.nextStart === decided.nextStart) agree += 1;
    started = performance.now();
  }
  const { node: chosen, nextStart } = schedulePod(fast, profile, one, options);
  options.start = nextStart;
  if (chosen === undefined) unscheduled += 1;
  else assumePod(cache, one, chosen);
}
seconds += (performance.now() - started) / 1000;
const row = {
  ...{ nodes, pods, seconds: Math.round(seconds * 10) / 10, pods_per_s: Math.round(pods / seconds), unscheduled },
  ...{ sampled, agree, peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024) },
  ...{ by_columns: fast.columns?.paths.scanned ?? 0, ...thisMachine() },
};
writeCsv("reports/large-cluster.csv", [row]);
process.stdout.write(renderCsv([row]));

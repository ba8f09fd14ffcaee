/**
 * Does any mutated request keep the API server busy for long? Recorded requests with some of each changed at random, each
 * measured alone: `node dist/benchmarks/fuzz.js --requests 100000 [--seed 1]`. A request counts as slow when it computes for
 * more than 50 ms, whatever else the machine does; garbage collection counts in. Exit code 1 if any is.
 */
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { fuzzedAnswer, isAnswer } from "../properties/apiserver/fuzzed-answer.ts";
import { mutatedRequest, recordedRequests } from "../properties/apiserver/mutated-requests.ts";
import { Random } from "../src/base/random.ts";
import { newFixture } from "../src/harness/conformance/apiserver-fixture.ts";
import { renderCsv, writeCsv } from "../src/report/csv.ts";

const SLOW_MS = 50;
const PER_SERVER = 300;

const { values } = parseArgs({
  options: { requests: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});
const requests = Number(values.requests);
const recorded = recordedRequests();
const random = new Random(Number(values.seed));
let fixture = newFixture();
let unanswered = 0;
let slow = 0;
const costs: number[] = [];
const cpuCosts: number[] = [];
for (let i = 0; i < requests; i += 1) {
  if (i % PER_SERVER === 0) fixture = newFixture();
  const request = mutatedRequest(recorded, random);
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  const answered = fuzzedAnswer(fixture.server, request, fixture.context);
  const ms = performance.now() - before;
  const { user, system } = process.cpuUsage(cpuBefore);
  costs.push(ms);
  cpuCosts.push((user + system) / 1000);
  if (!isAnswer(answered)) unanswered += 1;
  if (Math.min(ms, (user + system) / 1000) <= SLOW_MS) continue;
  slow += 1;
  process.stderr.write(`${ms.toFixed(1)} ms: ${JSON.stringify(request)}\n`);
}
const total = costs.reduce((sum, ms) => sum + ms, 0);
costs.sort((a, b) => a - b);
const at = (share: number): string =>
  (costs[Math.min(costs.length - 1, Math.floor(costs.length * share))] ?? 0).toFixed(3);
const rows = [
  {
    requests,
    per_s: Math.round(requests / (total / 1000)),
    p50_ms: at(0.5),
    p99_ms: at(0.99),
    p9999_ms: at(0.9999),
    max_ms: at(1),
    max_cpu_ms: cpuCosts.reduce((most, ms) => Math.max(most, ms), 0).toFixed(1),
    over_50_ms: slow,
    no_status: unanswered,
  },
];
process.stdout.write(renderCsv(rows));
writeCsv("reports/fuzz.csv", rows);
if (slow + unanswered > 0) process.exitCode = 1;

import { expect, test } from "vitest";
import { Random } from "../../src/base/random.ts";
import { execute } from "../../src/harness/execute/execute.ts";
import { routeViewOf } from "../../src/harness/execute/route-view.ts";
import { parsePlan } from "../../src/harness/plan/parse.ts";
import { routeConnections } from "../../src/network/route.ts";
import { webDeployment } from "./web-deployment.ts";

const CONNECTIONS = 3000;
/** Chi-square with two degrees of freedom exceeds it by chance once in a thousand times. */
const CHI_SQUARE_MAX = 13.82;

const PLAN = `apiVersion: shakedown/v1
kind: Plan
metadata: { name: three-endpoints }
spec:
  seed: 1
  cluster: { nodes: [{ count: 3, cpu: 2, memory: 4Gi }] }
  steps:
    - at: 1s
      apply:
        manifests:
${webDeployment(3)}
          - { apiVersion: v1, kind: Service, metadata: { name: web }, spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80 }] } }
    - { after: previous, check: { deployment: web, ready: 3/3, within: 60s } }
    - { at: 60s, check: { traffic: { service: web, reaches: 3 } } }
`;

test("3,000 connections to three endpoints spread by chance alone, from every node, from a pod and from outside", () => {
  const history = execute(parsePlan(PLAN, "three-endpoints", () => ""));
  expect(history.checks.map(({ verdict }) => verdict)).toEqual(["held", "held"]);
  const view = routeViewOf(history.cluster);
  const pod = view.pods[Symbol.iterator]().next().value?.metadata.name ?? "";
  const port = view.services.get("default/web")?.spec.ports?.[0]?.nodePort ?? 0;
  const ways = [
    ["node/node-1", "web:80"],
    ["node/node-2", "web:80"],
    ["node/node-3", "web:80"],
    [`default/${pod}`, "web:80"],
    ["outside/203.0.113.7", `node-2:${port}`],
  ] as const;
  for (const [from, to] of ways) {
    const random = new Random("three endpoints");
    const report = routeConnections(view, { from, to, count: CONNECTIONS, random: () => random.next("route") });
    expect(report.failures).toEqual([]);
    const counts = report.delivered.map(({ count }) => count);
    expect(counts).toHaveLength(3);
    const mean = CONNECTIONS / 3;
    expect(counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0)).toBeLessThan(CHI_SQUARE_MAX);
  }
});

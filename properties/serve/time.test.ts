import { expect, test } from "vitest";
import { execute } from "../../src/harness/execute/execute.ts";
import { parsePlan } from "../../src/harness/plan/parse.ts";
import { sessionPlan } from "../../src/serve/clock/session-plan.ts";
import { Simulation } from "../../src/serve/clock/simulation.ts";
import { emptyPlan } from "../../src/serve/empty-plan.ts";

const none = (): never => {
  throw new Error("no other files");
};

const web = (replicas: number): object => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default" },
  spec: {
    replicas,
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "nginx" }] } },
  },
});

const EVENTFUL = `
apiVersion: shakedown/v1
kind: Plan
metadata: { name: eventful }
spec:
  seed: 3
  cluster: { nodes: [{ count: 50 }] }
  steps:
    - { at: 2s, create: { manifests: [${JSON.stringify(web(200))}] } }
    - { at: 60s, fault: node-power-off, for: 90s, params: { node: node-2 } }
    - { at: 200s, set-image: { deployment: web, image: "nginx:2" } }
    - { at: 400s, scale: { deployment: web, replicas: 50 } }
`;

const SAVED_PLAN = `
apiVersion: shakedown/v1
kind: Plan
metadata: { name: travel }
spec:
  seed: 3
  cluster: { nodes: [{ count: 3 }] }
  steps:
    - { at: 2s, create: { manifests: [${JSON.stringify(web(4))}] } }
    - { at: 30s, scale: { deployment: web, replicas: 2 } }
    - { at: 60s, scale: { deployment: web, replicas: 6 } }
`;

async function digestAt(simulation: Simulation, at: number): Promise<string> {
  await simulation.seek(at);
  return `${simulation.now} ${simulation.cluster.digest} ${simulation.cluster.world.revision}`;
}

test("time > every instant of a history is the same, however one gets there", async () => {
  const plan = parsePlan(SAVED_PLAN, "test", none);
  const instants = [0, 100, 2000, 2500, 3210, 10_000, 30_001, 31_000, 60_000, 61_500, 90_000];
  const straight: string[] = [];
  const first = new Simulation(plan, 0);
  for (const at of instants) straight.push(await digestAt(first, at));
  const order = [9, 2, 7, 7, 0, 10, 4, 3, 8, 1, 6, 5];
  for (const i of order) expect(await digestAt(first, instants[i] ?? 0)).toBe(straight[i]);
});

test("time > a served plan is the history that run sees", async () => {
  const plan = parsePlan(SAVED_PLAN, "test", none);
  const { cluster } = execute(plan);
  const simulation = new Simulation(plan, 0);
  await simulation.seek(cluster.now);
  const names = (objects: ReadonlyMap<string, unknown>): string[] => [...objects.keys()].sort();
  expect(names(simulation.cluster.world.objects("pods"))).toEqual(names(cluster.world.objects("pods")));
});

test("time > clients' writes are part of the history; a write in its midst begins another, which can be saved", async () => {
  const simulation = new Simulation(emptyPlan(2), 0);
  const pods = (): number => simulation.cluster.world.objects("pods").size;
  const create = { verb: "create", resource: "deployments.apps", namespace: "default" } as const;
  await simulation.seek(5000);
  expect(simulation.request({ ...create, body: web(4) }, "test").ok).toBe(true);
  await simulation.seek(30_000);
  expect(pods()).toBe(4);
  const there = `${simulation.cluster.digest}`;
  await simulation.seek(4000);
  expect(pods()).toBe(0);
  await simulation.seek(30_000);
  expect(`${simulation.cluster.digest}`).toBe(there);
  await simulation.seek(4000);
  expect(simulation.request({ ...create, body: web(1) }, "test").ok).toBe(true);
  expect(simulation.end).toBe(4000);
  await simulation.seek(30_000);
  expect(pods()).toBe(1);
  const saved = parsePlan(sessionPlan(simulation, "session"), "saved", none);
  expect(saved.spec.steps.map((step) => ("step" in step ? step.step : step.fault))).toEqual(["create", "request"]);
  expect(execute(saved).cluster.world.objects("pods").size).toBe(1);
});

test("time > 30 instants of an eventful history of 50 nodes are as the straight run passes them", async () => {
  const instants = Array.from({ length: 30 }, (_, i) => ((i + 1) * 137_911) % 600_000);
  const straight = new Map<number, string>();
  const first = new Simulation(parsePlan(EVENTFUL, "eventful", none), 0);
  for (const at of [...instants].sort((a, b) => a - b)) straight.set(at, await digestAt(first, at));
  for (const at of instants) expect(await digestAt(first, at)).toBe(straight.get(at));
});

test("time > seeks at once are carried out one after another, and end runs that were under way", async () => {
  const simulation = new Simulation(parsePlan(SAVED_PLAN, "test", none), 0);
  const endless = simulation.runUntil(10_000_000, () => false);
  await Promise.all([simulation.seek(50_000), simulation.seek(2500), simulation.seek(40_000)]);
  expect(await endless).toBe(false);
  expect(simulation.now).toBe(40_000);
  await simulation.settled();
  const other = new Simulation(parsePlan(SAVED_PLAN, "test", none), 0);
  await other.seek(40_000);
  expect(simulation.cluster.digest).toBe(other.cluster.digest);
});

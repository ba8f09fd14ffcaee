import { PassThrough, Writable } from "node:stream";
import {
  AppsV1Api,
  CoordinationV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  Log,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
} from "@kubernetes/client-node";
import type { V1ConfigMap, V1Deployment, V1Status } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { credentials } from "./client.ts";
import { Candidate } from "./leader-election.ts";
import { served } from "./served.ts";
import type { Served } from "./served.ts";

const OBJECTS = 10_000;
const namespace = "default";
let running: Served;
let config: KubeConfig;
let core: CoreV1Api;
let apps: AppsV1Api;

beforeAll(async () => {
  running = await served({ speed: 4 });
  await running.simulation.runUntil(3000, () => false);
  config = new KubeConfig();
  config.loadFromFile(running.kubeconfig);
  core = config.makeApiClient(CoreV1Api);
  apps = config.makeApiClient(AppsV1Api);
}, 600_000);

afterAll(async () => {
  await running.server.close();
});

async function until(what: string, holds: () => boolean, ms = 20_000): Promise<void> {
  const limit = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > limit) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function deployment(image: string): V1Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: {
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image }] } },
    },
  };
}

test("client-node > deployments are created, applied, patched and become available", async () => {
  await apps.createNamespacedDeployment({ namespace, body: deployment("nginx:1") });
  const scaled = await apps.patchNamespacedDeployment(
    { namespace, name: "web", body: [{ op: "replace", path: "/spec/replicas", value: 2 }] },
    setHeaderOptions("Content-Type", PatchStrategy.JsonPatch),
  );
  expect(scaled.spec?.replicas).toBe(2);
  const applied = await apps.patchNamespacedDeployment(
    { namespace, name: "web", body: deployment("nginx:2"), fieldManager: "test", force: true },
    setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply),
  );
  expect(
    applied.metadata?.managedFields?.map(({ manager, operation }) => `${manager ?? ""} ${operation ?? ""}`),
  ).toContain("test Apply");
  let available = 0;
  for (const limit = Date.now() + 20_000; available < 2 && Date.now() < limit;) {
    const { status } = await apps.readNamespacedDeployment({ namespace, name: "web" });
    available = status?.updatedReplicas === 2 ? (status.availableReplicas ?? 0) : 0;
  }
  expect(available).toBe(2);
});

test("client-node > logs and exec reach into a pod", async () => {
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: "app=web" });
  const pod = items.find(({ status }) => status?.phase === "Running")?.metadata?.name ?? "";
  const log = new PassThrough();
  let logged = "";
  log.on("data", (bytes: Buffer) => (logged += bytes.toString()));
  await new Log(config).log(namespace, pod, "c", log, { tailLines: 10 });
  await until("a line of the log", () => logged.includes("start worker processes"));
  let out = "";
  const sink = new Writable({
    write(bytes: Buffer, _, done) {
      out += bytes.toString();
      done();
    },
  });
  const command = ["sh", "-c", "hostname; exit 3"];
  const status = await new Promise<V1Status>((resolve, reject) => {
    new Exec(config).exec(namespace, pod, "c", command, sink, null, null, false, resolve).catch(reject);
  });
  expect(out).toBe(`${pod}\n`);
  expect(status.status).toBe("Failure");
  expect(status.details?.causes?.[0]?.message).toBe("3");
});

test("client-node > the older protocols of WebSockets are spoken too", async () => {
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: "app=web" });
  const pod = items.find(({ status }) => status?.phase === "Running")?.metadata?.name ?? "";
  const { ca, cert, key } = credentials(running.kubeconfig, "kubernetes-admin");
  const read = (path: string, protocol: string): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const url = `${running.server.url.replace("https", "wss")}/api/v1/namespaces/${namespace}/pods/${pod}/${path}`;
      const socket = new WebSocket(url, [protocol], { ca, cert, key });
      const chunks: Buffer[] = [];
      socket.on("message", (data: Buffer) => chunks.push(data));
      socket.on("error", reject);
      socket.on("close", () => resolve(Buffer.concat(chunks)));
    });
  expect((await read("exec?command=hostname&stdout=true", "channel.k8s.io")).toString()).toContain(`\u0001${pod}\n`);
  expect((await read("log?container=c", "binary.k8s.io")).toString()).toContain("start worker processes\n");
  await expect(read("exec?command=hostname", "v9.channel.k8s.io")).rejects.toThrow("400");
});

test("client-node > an informer over 10,000 objects stays true through restarts, broken and expired watches", async () => {
  const { simulation } = running;
  const write = (verb: "create" | "delete", name: string): void => {
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { a: name } };
    const response = simulation.request(
      { verb, resource: "configmaps", namespace, ...(verb === "create" ? { body } : { name }) },
      "test",
    );
    expect(response.ok).toBe(true);
  };
  for (let i = 0; i < OBJECTS; i += 1) write("create", `c-${i}`);
  const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${namespace}/configmaps`, () =>
    core.listNamespacedConfigMap({ namespace }),
  );
  let connects = 0;
  informer.on("connect", () => (connects += 1));
  const again = (): void => void setTimeout(() => void informer.start().catch(again), 50);
  informer.on("error", again);
  await informer.start();
  const known = (): number => informer.list(namespace).length;
  const stored = (): number =>
    [...simulation.cluster.world.objects("configmaps").keys()].filter((key) => key.startsWith(`${namespace}/`)).length;
  expect(known()).toBe(stored());
  for (let round = 0; round < 3; round += 1) {
    for (let i = 0; i < 100; i += 1) write("create", `r${round}-${i}`);
    write("delete", `c-${round}`);
    await until("the news has arrived", () => known() === stored());
    // What a client misses while its watch is gone, and finds that the server has forgotten.
    simulation.onJump();
    for (let i = 0; i < 10; i += 1) write("create", `m${round}-${i}`);
    const { etcd } = simulation.cluster.apiServer;
    etcd.compact(etcd.revision);
    await until("the informer lists anew", () => known() === stored());
    // The server crashes; while it is down every request is refused.
    const before = connects;
    simulation.cluster.levers.crash("kube-apiserver");
    await expect(core.listNamespace()).rejects.toMatchObject({ code: 503 });
    simulation.cluster.levers.restart("kube-apiserver");
    await until("the server is up", () => simulation.cluster.state.processes.get("kube-apiserver")?.up === true);
    for (let i = 0; i < 10; i += 1) write("create", `s${round}-${i}`);
    await until("the informer is back", () => connects > before && known() === stored());
  }
  expect(informer.get("m2-9", namespace)?.data?.["a"]).toBe("m2-9");
  await informer.stop();
}, 600_000);

test("client-node > candidates elect one leader after another, and never two", async () => {
  const times = { leaseMs: 1500, retryMs: 100 };
  const candidates = ["a", "b", "c"].map((identity) => new Candidate(config, "election", identity, times));
  let most = 0;
  const leaders = (): string[] => {
    const now = candidates.filter(({ isLeader }) => isLeader).map(({ identity }) => identity);
    most = Math.max(most, now.length);
    return now;
  };
  const watch = setInterval(leaders, 5);
  const elected: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    await until("somebody leads", () => leaders().length === 1);
    const leader = candidates.find(({ isLeader }) => isLeader);
    elected.push(leader?.identity ?? "");
    // One that gives the lease back is followed at once, one that crashes when the lease has run out.
    const began = performance.now();
    if (round === 0) await leader?.release();
    else leader?.crash();
    if (round < 2) await until("another one leads", () => leaders().length === 1);
    if (round === 1) expect(performance.now() - began).toBeGreaterThan(1000);
  }
  clearInterval(watch);
  expect(new Set(elected).size).toBe(3);
  expect(most).toBe(1);
  const lease = await config
    .makeApiClient(CoordinationV1Api)
    .readNamespacedLease({ namespace: "default", name: "election" });
  expect(lease.spec?.holderIdentity).toBe(elected[2]);
  expect(lease.spec?.leaseTransitions).toBe(2);
});

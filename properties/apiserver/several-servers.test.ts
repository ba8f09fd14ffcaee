import { describe, expect, test } from "vitest";
import { ApiServer } from "../../src/apiserver/server.ts";
import { emptyWatchCache, holdCache, keepHeld, releaseCache } from "../../src/apiserver/watch-cache.ts";
import type { Request, RequestOptions, Response } from "../../src/api/request.ts";
import { Cluster } from "../../src/cluster/cluster.ts";
import { userProgram } from "../../src/cluster/programs.ts";
import { Etcd } from "../../src/etcd/etcd.ts";
import { clusterSpecOf } from "../../src/harness/plan/cluster-spec-of.ts";
import { parsePlan } from "../../src/harness/plan/parse.ts";
import { kubectl } from "../../src/harness/steps/kubectl.ts";

/** Two servers over one etcd; the second one's caches stop after the first ConfigMap, before the second. */
function twoServers() {
  const etcd = new Etcd();
  const cache = emptyWatchCache();
  const servers = [new ApiServer(etcd), new ApiServer(etcd, { cache })] as const;
  let now = 0;
  const ask = (server: 0 | 1, request: Request): Response =>
    servers[server].handle(request, { now, random: () => 0.5 });
  const create = (server: 0 | 1, name: string): Response =>
    ask(server, { verb: "create", resource: "configmaps", namespace: "t", body: { metadata: { name } } });
  ask(0, { verb: "create", resource: "namespaces", body: { metadata: { name: "t" } } });
  create(0, "old");
  holdCache(cache, etcd, "*");
  const heldAt = etcd.revision;
  create(0, "new");
  const list = (server: 0 | 1, options: RequestOptions): unknown => {
    const answer = ask(server, { verb: "list", resource: "configmaps", namespace: "t", options });
    return answer.ok && "list" in answer ? answer.list.items.map(({ metadata }) => metadata.name) : answer;
  };
  const wait = (ms: number): void => void (now += ms);
  return { etcd, cache, servers, ask, create, list, heldAt, wait };
}

describe("an API server whose caches lag", () => {
  test("lists any version from its cache, also after a compaction, and all else from etcd", () => {
    const { etcd, cache, list, heldAt } = twoServers();
    const look = (): unknown => [
      list(1, { resourceVersion: "0" }),
      list(1, { resourceVersion: String(heldAt), resourceVersionMatch: "NotOlderThan" }),
      list(1, {}),
      list(0, { resourceVersion: "0" }),
    ];
    const expected = [["old"], ["old"], ["new", "old"], ["new", "old"]];
    expect(look()).toEqual(expected);
    keepHeld(cache, etcd);
    etcd.compact(etcd.revision);
    expect(look()).toEqual(expected);
  });

  test("refuses a version that its cache has not seen; a single object without a version is the stored one", () => {
    const { etcd, ask, list } = twoServers();
    expect(list(1, { resourceVersion: String(etcd.revision) })).toMatchObject({
      ok: false,
      status: { code: 504, reason: "Timeout", details: { causes: [{ reason: "ResourceVersionTooLarge" }] } },
    });
    const get: Request = { verb: "get", resource: "configmaps", namespace: "t", name: "new" };
    expect(ask(1, get).ok).toBe(true);
    expect(ask(1, { ...get, options: { resourceVersion: "0" } }).ok).toBe(false);
  });

  test("tells its watches the rest when it catches up", () => {
    const { etcd, cache, servers, heldAt } = twoServers();
    const opened = servers[1].openWatch("configmaps", { resourceVersion: String(heldAt) });
    if (!("watch" in opened)) throw new Error("the watch was refused");
    expect(servers[1].drain(opened.watch)).toEqual([]);
    expect(releaseCache(cache, etcd, "*")).toBe(false);
    expect(servers[1].drain(opened.watch).map(({ type, object }) => [type, object.metadata.name])).toEqual([
      ["ADDED", "new"],
    ]);
  });

  test("refuses watches while its cache is filled, and older versions afterwards", () => {
    const { etcd, cache, servers, create, list, heldAt } = twoServers();
    releaseCache(cache, etcd, "*");
    holdCache(cache, etcd, "configmaps", true);
    create(0, "later");
    const open = (version: number): unknown => servers[1].openWatch("configmaps", { resourceVersion: String(version) });
    expect(open(etcd.revision)).toMatchObject({ status: { code: 429, reason: "TooManyRequests" } });
    expect(list(1, {})).toMatchObject({ ok: false, status: { code: 429 } });
    expect(list(1, { limit: 10 })).toEqual(["later", "new", "old"]);
    expect(releaseCache(cache, etcd, "configmaps")).toBe(true);
    expect(open(heldAt)).toMatchObject({ status: { code: 410, reason: "Expired" } });
    expect(open(etcd.revision)).toHaveProperty("watch");
  });

  test("admits objects into a namespace that it believes alive, but for half a minute after it has deleted it itself", () => {
    const { ask, create, wait } = twoServers();
    ask(1, { verb: "delete", resource: "namespaces", name: "t" });
    expect(create(1, "a")).toMatchObject({ ok: false, status: { code: 403 } });
    wait(30_000);
    expect(create(1, "a").ok).toBe(true);
    expect(create(0, "b")).toMatchObject({ ok: false, status: { code: 403 } });
  });
});

const PLAN = `
apiVersion: shakedown/v1
kind: Plan
metadata: { name: two-servers }
spec:
  cluster: { nodes: [{ count: 1 }], controlPlane: { apiServers: 2 } }
  steps:
    - at: 1s
      create: { manifests: [{ apiVersion: v1, kind: Pod, metadata: { name: a, labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }] }
    - { at: 20s, check: { selector: app=a, pods: 1 } }
`;

describe("a cluster of two API servers", () => {
  const plan = parsePlan(PLAN, "two-servers", () => "");
  const start = (): Cluster =>
    new Cluster(clusterSpecOf(plan), { programs: [userProgram(kubectl(plan.spec))], trace: true });
  const serverOf = (cluster: Cluster, process: string): unknown => cluster.state.processes.get(process)?.server;
  const said = (cluster: Cluster, what: string): readonly number[] =>
    cluster.trace.filter((record) => record.who === "kubectl" && record.what === what).map(({ at }) => at);

  test("spreads its clients; they stay where they are until their server ends", () => {
    const cluster = start();
    cluster.run(10_000);
    const clients = ["kube-controller-manager", "kube-scheduler", "kubelet/node-1", "kube-proxy/node-1", "kubectl"];
    const before = clients.map((name) => serverOf(cluster, name));
    expect(before).toEqual([1, 2, 1, 2, 1].map((n) => `kube-apiserver/${n}`));
    cluster.levers.crash("kube-apiserver/1");
    cluster.run(15_000);
    expect(new Set(clients.slice(0, 4).map((name) => serverOf(cluster, name)))).toEqual(new Set(["kube-apiserver/2"]));
    expect(cluster.world.beliefs("kubelet/node-1")?.of("pods").size).toBe(1);
  });

  test("a consistent list waits three seconds for a cache that lags, and is then answered by etcd; one that catches up answers at once", () => {
    const lagging = start();
    lagging.run(500);
    lagging.levers.holdCache("kube-apiserver/1", "pods");
    lagging.run(30_000);
    expect(said(lagging, "check held").map((at) => Math.floor(at / 200))).toEqual([115]);
    const late = start();
    late.run(500);
    late.levers.holdCache("kube-apiserver/1", "pods");
    late.run(21_000);
    late.levers.releaseCache("kube-apiserver/1", "pods");
    late.run(30_000);
    expect(said(late, "check held").map((at) => Math.floor(at / 200))).toEqual([105]);
  });
});

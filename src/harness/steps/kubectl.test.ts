import { describe, expect, test } from "vitest";
import type { Request, Response } from "../../api/request.ts";
import { cast } from "../../base/units.ts";
import type { ComponentEvent, Io, Tag } from "../../client/component.ts";
import type { Fork, Step } from "../plan/plan.ts";
import { kubectl } from "./kubectl.ts";
import type { KubectlState } from "./kubectl.ts";

type Server = (request: Request, now: number) => Response | "lost";

/** Runs the user against a scripted server whose answers take 1 ms (a lost one: 504 after 10 s). */
function play(
  steps: readonly Step[],
  server: Server,
  untilMs = 600_000,
  fork?: Fork,
): { state: KubectlState; sent: (Request & { at: number })[] } {
  const component = kubectl({ steps, ...(fork !== undefined && { fork }) });
  const state = component.init();
  const queue: { at: number; seq: number; event: ComponentEvent }[] = [];
  const sent: (Request & { at: number })[] = [];
  let seq = 0;
  let now = 0;
  const push = (at: number, event: ComponentEvent): void => void queue.push({ at, seq: (seq += 1), event });
  const io = {
    get now() {
      return now;
    },
    request(request: Request, tag: Tag) {
      sent.push({ ...request, at: now });
      const response = server(request, now);
      if (response === "lost")
        push(now + 10_000, { type: "reply", tag, request, response: refusal(504, "Timeout", "timeout") });
      else push(now + 1, { type: "reply", tag, request, response });
    },
    timer: (at: number, tag: Tag) => push(at, { type: "timer", tag }),
    trace: () => undefined,
  };
  push(0, { type: "start" });
  while (queue.length > 0) {
    queue.sort((a, b) => a.at - b.at || a.seq - b.seq);
    const next = queue.shift();
    if (next === undefined || next.at > untilMs) break;
    now = next.at;
    component.handle(state, next.event, cast<Io>(io));
    structuredClone(state);
  }
  return { state, sent };
}

function refusal(code: number, reason: string, message: string): Response {
  return cast({
    ok: false,
    status: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", code, reason, message },
  });
}

function object(body: unknown): Response {
  return cast({ ok: true, code: 200, object: body });
}

function list(items: readonly unknown[]): Response {
  return cast({ ok: true, code: 200, list: { resourceVersion: "1", items } });
}

const web = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default", resourceVersion: "5", uid: "u", creationTimestamp: "t" },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "a:1" }] } },
  },
};

const summary = (sent: readonly Request[]): string[] =>
  sent.map(
    (request) =>
      `${request.verb} ${request.resource}${request.name === undefined ? "" : `/${request.name}`}${request.subresource === undefined ? "" : `/${request.subresource}`}`,
  );

describe("kubectl", () => {
  test("a conflict makes an edit read again", () => {
    let writes = 0;
    const { state, sent } = play([{ at: 5, step: "scale", params: { deployment: "web", replicas: 4 } }], (request) => {
      if (request.verb === "get") return object(web);
      writes += 1;
      return writes === 1 ? refusal(409, "Conflict", "modified") : object(web);
    });
    expect(summary(sent)).toEqual([
      "get deployments.apps/web",
      "patch deployments.apps/web/scale",
      "get deployments.apps/web",
      "patch deployments.apps/web/scale",
    ]);
    expect(sent[0]?.at).toBe(5);
    expect(state.runs[0]?.result).toEqual({ ok: true, message: "web scaled" });
    expect(state.left).toBe(0);
  });

  test("a lost answer is asked for again, and a creation that was done is no failure", () => {
    let creates = 0;
    const { state } = play(
      [{ at: 0, step: "expose", params: { deployment: "web", port: 80, protocol: "TCP", type: "ClusterIP" } }],
      (request) => {
        if (request.verb === "get") return object(web);
        creates += 1;
        return creates === 1 ? "lost" : refusal(409, "AlreadyExists", "already exists");
      },
    );
    expect(creates).toBe(2);
    expect(state.runs[0]?.result?.ok).toBe(true);
  });

  test("an index is resolved modulo what exists, by key order; nothing exists: nothing happens", () => {
    const other = { ...web, metadata: { ...web.metadata, name: "api" } };
    const step: Step = { at: 0, step: "rollout-restart", params: { deployment: { index: 3 } } };
    const { sent } = play([step], (request) => (request.verb === "list" ? list([web, other]) : object(web)));
    expect(summary(sent)).toEqual(["list deployments.apps", "patch deployments.apps/web"]);
    const { state } = play([step], () => list([]));
    expect(state.runs[0]?.result).toEqual({ ok: true, message: "No resources found" });
  });

  test("after: previous waits for the command before it", () => {
    const steps: Step[] = [
      { at: 0, step: "scale", params: { deployment: "web", replicas: 1 } },
      { at: 3, fault: "zone-outage", for: 5, params: { zone: 0 } },
      { at: 0, step: "cordon", params: { node: "n" }, after: "previous" },
      { at: 1, step: "cordon", params: { node: "m" } },
    ];
    const { sent, state } = play(steps, (request) =>
      request.resource === "nodes"
        ? object({ kind: "Node", metadata: { name: request.name }, spec: { unschedulable: true } })
        : object(web),
    );
    expect(sent.map((request) => `${request.at} ${request.verb} ${request.name ?? ""}`)).toEqual([
      "0 get web",
      "1 get m",
      "1 patch web",
      "2 get n",
    ]);
    expect(state.runs[1]).toBeUndefined();
    expect(state.left).toBe(0);
  });

  test("what comes after a fork is unknown before it, and waits for the command before it all the same", () => {
    const steps: Step[] = [
      { at: 0, step: "scale", params: { deployment: "web", replicas: 1 } },
      { at: 5, step: "cordon", params: { node: "n" }, after: "previous" },
      { at: 9, step: "cordon", params: { node: "m" } },
    ];
    const node: Server = ({ resource, name }) =>
      resource === "nodes" ? object({ kind: "Node", metadata: { name }, spec: { unschedulable: true } }) : object(web);
    const fork: Fork = { at: 5, seed: 1, schedule: { policy: "fifo" } };
    expect(play(steps, node, 4, fork).state.runs).toHaveLength(1);
    const { sent, state } = play(steps, node, undefined, fork);
    expect(sent).toEqual(
      play(steps, node).sent.map((request) => ({ ...request, at: Math.max(request.at, request.name === "n" ? 5 : 0) })),
    );
    expect(state.left).toBe(0);
    expect(play(steps, node, undefined, { ...fork, at: 1 }).sent.find(({ name }) => name === "n")?.at).toBe(5);
  });

  test("apply creates, then patches only what differs from the last applied configuration", () => {
    let stored: unknown;
    const manifest = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "s" },
      spec: { ports: [{ port: 80 }], selector: { app: "web" } },
    };
    const changed = { ...manifest, spec: { ports: [{ port: 81 }] } };
    const steps: Step[] = [
      { at: 0, step: "apply", params: { manifests: [manifest] } },
      { at: 10, step: "apply", params: { manifests: [manifest] } },
      { at: 20, step: "apply", params: { manifests: [changed] } },
    ];
    const { sent, state } = play(steps, (request) => {
      if (request.verb === "create") {
        const body = cast<typeof manifest>(request.body);
        stored = {
          ...body,
          metadata: { ...body.metadata, namespace: "default", resourceVersion: "1" },
          spec: { ...body.spec, clusterIP: "10.0.0.1", ports: [{ port: 80, protocol: "TCP", targetPort: 80 }] },
        };
      }
      return stored === undefined ? refusal(404, "NotFound", "not found") : object(stored);
    });
    expect(summary(sent)).toEqual([
      "get services/s",
      "create services",
      "get services/s",
      "get services/s",
      "patch services/s",
    ]);
    expect(sent[4]?.patchType).toBe("strategic");
    expect(cast<{ spec: unknown }>(sent[4]?.body).spec).toEqual({
      ports: [{ port: 81 }, { $patch: "delete", port: 80 }],
      "$setElementOrder/ports": [{ port: 81 }],
      selector: null,
    });
    expect(state.runs.map((run) => run?.result?.ok)).toEqual([true, true, true]);
  });

  test("apply of a kind that the server does not have fails, and the others are applied", () => {
    const { sent, state } = play(
      [
        {
          at: 0,
          step: "apply",
          params: {
            manifests: [
              { apiVersion: "x/v1", kind: "Foo", metadata: { name: "f" } },
              { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" } },
            ],
          },
        },
      ],
      (request) => (request.verb === "get" ? refusal(404, "NotFound", "not found") : object(request.body)),
    );
    expect(summary(sent)).toEqual(["get configmaps/c", "create configmaps"]);
    expect(state.runs[0]?.result?.message).toContain('no matches for kind "Foo" in version "x/v1"');
  });

  test("a drain cordons, leaves DaemonSet pods alone, asks again after 5 s, and ends when the pods are gone", () => {
    const pod = (name: string, owner: string): unknown => ({
      kind: "Pod",
      metadata: {
        name,
        namespace: "default",
        uid: name,
        ownerReferences: [{ kind: owner, name: "o", uid: "o", apiVersion: "apps/v1", controller: true }],
      },
      spec: {},
    });
    const here = new Set(["a", "b", "ds"]);
    let refusals = 0;
    const { sent, state } = play(
      [{ at: 0, step: "drain", params: { node: "n", force: false, deleteEmptyDirData: false, timeout: 0 } }],
      (request) => {
        if (request.resource === "nodes") return object({ kind: "Node", metadata: { name: "n" }, spec: {} });
        if (request.verb === "list")
          return list([...here].map((name) => pod(name, name === "ds" ? "DaemonSet" : "ReplicaSet")));
        if (request.name === "b" && (refusals += 1) < 3)
          return refusal(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.");
        here.delete(request.name ?? "");
        return object({});
      },
    );
    const evictions = sent.filter((request) => request.subresource === "eviction").map((request) => request.name);
    expect(evictions).toEqual(["a", "b", "b", "b"]);
    expect(sent.filter((request) => request.name === "b").map((request) => Math.round(request.at / 1000))).toEqual([
      0, 5, 10,
    ]);
    expect(state.runs[0]?.result).toEqual({ ok: true, message: "node/n drained" });
    expect(state.disturbances.map((disturbance) => [disturbance.id, disturbance.until === undefined])).toEqual([
      ["step-0", true],
      ["step-0", false],
    ]);
  });

  test("a drain refuses pods that nothing would bring back", () => {
    const { state } = play(
      [{ at: 0, step: "drain", params: { node: "n", force: false, deleteEmptyDirData: false, timeout: 0 } }],
      (request) =>
        request.resource === "nodes"
          ? object({ kind: "Node", metadata: { name: "n" }, spec: {} })
          : list([{ kind: "Pod", metadata: { name: "p", namespace: "default", uid: "p" }, spec: {} }]),
    );
    expect(state.runs[0]?.result?.message).toContain("use --force");
  });

  test("a check within a time waits until it holds, and says what it found when it never does", () => {
    const at = (ready: number): unknown => ({ ...web, status: { readyReplicas: ready } });
    const params = { namespace: "default", deployment: "web", ready: "2/2", within: 10_000 };
    const server =
      (from: number) =>
      (request: Request, now: number): Response =>
        request.verb === "list" ? list([]) : object(at(now >= from ? 2 : 1));
    expect(play([{ at: 0, step: "check", params }], server(4000)).state.checks).toMatchObject([{ verdict: "held" }]);
    expect(play([{ at: 0, step: "check", params }], server(20_000)).state.checks).toMatchObject([
      { verdict: "failed", sentence: "Expected READY 2/2 of Deployment web, found 1/2." },
    ]);
  });

  test("rollout undo puts the template of the revision before back", () => {
    const set = (revision: string, image: string): unknown => ({
      kind: "ReplicaSet",
      metadata: {
        name: `web-${revision}`,
        namespace: "default",
        annotations: { "deployment.kubernetes.io/revision": revision, note: image },
        ownerReferences: [{ kind: "Deployment", name: "web", uid: "u", apiVersion: "apps/v1", controller: true }],
      },
      spec: {
        template: {
          metadata: { labels: { app: "web", "pod-template-hash": revision } },
          spec: { containers: [{ name: "c", image }] },
        },
      },
    });
    const { sent } = play([{ at: 0, step: "rollout-undo", params: { deployment: "web", toRevision: 0 } }], (request) =>
      request.verb === "list" ? list([set("1", "a:0"), set("3", "a:1"), set("2", "a:2")]) : object(web),
    );
    expect(sent.at(-1)).toMatchObject({
      patchType: "json",
      body: [
        {
          op: "replace",
          path: "/spec/template",
          value: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "a:2" }] } },
        },
        { op: "replace", path: "/metadata/annotations", value: { note: "a:2" } },
      ],
    });
  });
});

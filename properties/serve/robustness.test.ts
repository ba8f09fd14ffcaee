import type { ClientRequest } from "node:http";
import { Agent, get } from "node:https";
import { connect } from "node:tls";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client, credentials } from "./client.ts";
import { served } from "./served.ts";
import type { Served } from "./served.ts";

/** 10,000 with SHAKEDOWN_REQUESTS=10000. */
const REQUESTS = Number(process.env["SHAKEDOWN_REQUESTS"] ?? "1500");
const NEW_LINE = 10;
let running: Served;
let admin: Client;

beforeAll(async () => {
  running = await served();
  admin = new Client(running.server.url, credentials(running.kubeconfig, "kubernetes-admin"));
}, 600_000);

afterAll(async () => {
  admin.close();
  await running.server.close();
});

const segment = fc.oneof(
  fc.constantFrom(
    "api",
    "apis",
    "v1",
    "apps",
    "namespaces",
    "default",
    "pods",
    "deployments",
    "nodes",
    "log",
    "exec",
    "proxy",
    "status",
    "scale",
    "watch",
    "%",
    "%zz",
    "..",
    "",
    "%00",
    "clocks",
    "shakedown.dev",
    "cluster",
    "seek",
    "openapi",
    "v3",
    "metrics.k8s.io",
    "selfsubjectaccessreviews",
    "authorization.k8s.io",
    "serviceaccounts",
    "token",
    "binding",
    "eviction",
    "resize",
    "ephemeralcontainers",
    "http:web:80",
    "portforward",
    "rbac.authorization.k8s.io",
  ),
  fc.stringMatching(/^[a-z0-9%.:_-]{1,12}$/),
);
const parameter = fc.tuple(
  fc.constantFrom(
    "watch",
    "limit",
    "continue",
    "labelSelector",
    "fieldSelector",
    "resourceVersion",
    "resourceVersionMatch",
    "sendInitialEvents",
    "timeoutSeconds",
    "dryRun",
    "fieldManager",
    "force",
    "command",
    "tailLines",
    "sinceSeconds",
  ),
  fc.oneof(
    fc.constantFrom("true", "1", "-1", "abc", "%", "", "9".repeat(30), "a=b", "!", "All"),
    fc.string({ maxLength: 8 }),
  ),
);
const name = fc.constantFrom("p", "node-1", "default", "kubernetes", "cluster", "x%2Fy", "-", "A".repeat(300));
const real = fc
  .tuple(
    fc.constantFrom(
      "/api/v1/nodes",
      "/api/v1/namespaces",
      "/api/v1/namespaces/default/pods",
      "/api/v1/namespaces/default/services",
      "/api/v1/namespaces/default/configmaps",
      "/api/v1/namespaces/default/events",
      "/api/v1/namespaces/default/bindings",
      "/apis/apps/v1/namespaces/default/deployments",
      "/apis/apps/v1/namespaces/default/statefulsets",
      "/apis/batch/v1/namespaces/default/jobs",
      "/apis/policy/v1/namespaces/default/poddisruptionbudgets",
      "/apis/rbac.authorization.k8s.io/v1/clusterroles",
      "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers",
      "/apis/shakedown.dev/v1/clocks",
      "/apis/metrics.k8s.io/v1beta1/pods",
      "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
      "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    ),
    fc.option(
      fc.tuple(
        name,
        fc.option(
          fc.constantFrom("status", "scale", "log", "exec", "proxy/", "binding", "eviction", "resize", "step", "token"),
        ),
      ),
    ),
  )
  .map(([base, rest]) => (rest === null ? base : `${base}/${rest[0]}${rest[1] === null ? "" : `/${rest[1]}`}`));
const wild = fc.array(segment, { maxLength: 8 }).map((parts) => `/${parts.join("/")}`);
const asked = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"),
  path: fc
    .tuple(fc.oneof({ weight: 3, arbitrary: real }, wild), fc.array(parameter, { maxLength: 3 }))
    .map(
      ([path, query]) => `${path}?timeoutSeconds=1&${query.map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join("&")}`,
    ),
  type: fc.constantFrom(
    "application/json",
    "application/yaml",
    "application/vnd.kubernetes.protobuf",
    "application/apply-patch+yaml",
    "application/merge-patch+json",
    "application/json-patch+json",
    "application/strategic-merge-patch+json",
    "x",
  ),
  accept: fc.constantFrom(
    "application/json",
    "application/yaml",
    "application/json;as=Table;v=v1;g=meta.k8s.io",
    "x/y",
    "*/*",
  ),
  body: fc.oneof(
    fc.json(),
    fc.string(),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.concat([Buffer.from([0x6b, 0x38, 0x73, 0]), bytes])),
    fc.json().map((text) => `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":${text}}`),
    fc.constantFrom(
      "{",
      "null",
      "[]",
      "a: &a [*a]",
      "metadata: {name: x}",
      '{"metadata":null}',
      '{"metadata":{"name":5}}',
    ),
  ),
});

test("robustness > malformed requests are answered, none by an error inside", async () => {
  const codes = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(asked, async ({ method, path, type, accept, body }) => {
      const bodiless = method === "GET" || method === "HEAD";
      const answer = await admin.send(method, path, {
        headers: { "Content-Type": type, Accept: accept },
        ...(!bodiless && { body }),
      });
      codes.set(answer.code, (codes.get(answer.code) ?? 0) + 1);
      if (answer.code >= 500 && answer.text.includes("has prevented the request")) throw new Error(answer.text);
    }),
    { numRuns: REQUESTS, seed: 1 },
  );
  expect((await admin.send("GET", "/livez")).text).toBe("ok");
  expect(codes.size).toBeGreaterThan(3);
}, 300_000);

function raw(bytes: string): Promise<string> {
  const { hostname, port } = new URL(running.server.url);
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname,
      port: Number(port),
      rejectUnauthorized: false,
      ...credentials(running.kubeconfig, "kubernetes-admin"),
    });
    let text = "";
    socket.on("secureConnect", () => socket.write(bytes));
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    socket.on("error", () => resolve(text));
    socket.on("close", () => resolve(text));
    setTimeout(() => socket.destroy(), 3000);
  });
}

test("robustness > broken HTTP is refused and the connection closed", async () => {
  const lines = [
    "\r\n\r\n",
    "GET\r\n\r\n",
    "GET / HTTP/9.9\r\n\r\n",
    "BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    `GET /${"a".repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(100_000)}\r\n\r\n`,
    "\u0000\u0001\u0002",
    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    "GET /api/v1/namespaces/default/pods/x/exec HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
  ];
  const answers = await Promise.all(lines.map(raw));
  for (const [i, text] of answers.entries())
    expect(
      text === "" || /^HTTP\/1\.1 [45]\d\d/.test(text),
      `${lines[i]?.slice(0, 40) ?? ""}: ${text.slice(0, 60)}`,
    ).toBe(true);
  expect((await admin.send("GET", "/livez")).text).toBe("ok");
}, 30_000);

test("robustness > a body over 3 MiB is 413, a packed bomb too", async () => {
  const headers = { "Content-Type": "application/json" };
  const big = await admin.send("POST", "/api/v1/namespaces/default/configmaps", {
    headers,
    body: "x".repeat(4_000_000),
  });
  expect(big.code).toBe(413);
  expect((await admin.send("GET", "/livez")).text).toBe("ok");
});

test("robustness > YAML goes in and out", async () => {
  const path = "/api/v1/namespaces/default/configmaps";
  const yaml = { "Content-Type": "application/yaml", Accept: "application/yaml" };
  const made = await admin.send("POST", path, { headers: yaml, body: "metadata:\n  name: in-yaml\ndata:\n  a: b\n" });
  expect(made.code).toBe(201);
  expect(made.headers["content-type"]).toBe("application/yaml");
  expect(made.text).toMatch(/^data:\n {2}a: b$/m);
  const packed = await admin.send("GET", "/openapi/v3/apis/apps/v1", { headers: { "Accept-Encoding": "gzip" } });
  expect(packed.headers["content-encoding"]).toBe("gzip");
});

test("robustness > a watch that nobody reads is cut off, and keeps nobody waiting", async () => {
  const { hostname, port } = new URL(running.server.url);
  const keys = credentials(running.kubeconfig, "kubernetes-admin");
  const socket = connect({ host: hostname, port: Number(port), ...keys });
  socket.on("error", () => undefined);
  await new Promise((resolve) => socket.on("secureConnect", resolve));
  socket.pause();
  socket.write("GET /api/v1/namespaces/default/configmaps?watch=true HTTP/1.1\r\nHost: x\r\n\r\n");
  const headers = { "Content-Type": "application/json" };
  const open = async (): Promise<string | undefined> =>
    /^apiserver_longrunning_requests\S* (\d+)$/m.exec((await admin.send("GET", "/metrics")).text)?.[1];
  let most = "0";
  for (let i = 0; i < 400; i += 1) {
    const body = JSON.stringify({ metadata: { name: `big-${i}` }, data: { a: "x".repeat(100_000) } });
    expect((await admin.send("POST", "/api/v1/namespaces/default/configmaps", { headers, body })).code).toBe(201);
    if (i % 20 !== 0) continue;
    const now = (await open()) ?? "0";
    if (now === "0" && most === "1") break;
    most = now > most ? now : most;
  }
  expect(most).toBe("1");
  expect(await open()).toBe("0");
  socket.destroy();
}, 600_000);

test("robustness > half a request does not hold a connection for long", async () => {
  const { hostname, port } = new URL(running.server.url);
  const socket = connect({
    host: hostname,
    port: Number(port),
    ...credentials(running.kubeconfig, "kubernetes-admin"),
  });
  const began = Date.now();
  const closed = new Promise((resolve) => socket.on("close", resolve));
  socket.on("error", () => undefined);
  socket.on("data", () => undefined);
  await new Promise((resolve) => socket.on("secureConnect", resolve));
  socket.write("GET /api HTTP/1.1\r\nHost: x\r\nX-Half: ");
  await closed;
  expect(Date.now() - began).toBeLessThan(25_000);
}, 40_000);

test("robustness > 500 watches hear of every write", async () => {
  const { hostname, port } = new URL(running.server.url);
  const agent = new Agent({ ...credentials(running.kubeconfig, "kubernetes-admin"), keepAlive: true, maxSockets: 600 });
  let lines = 0;
  const path = "/api/v1/namespaces/kube-public/configmaps?watch=true&labelSelector=watched";
  const streams = await Promise.all(
    Array.from(
      { length: 500 },
      () =>
        new Promise<ClientRequest>((resolve, reject) => {
          const sent: ClientRequest = get({ hostname, port, path, agent }, (response) => {
            response.on("data", (bytes: Buffer) => {
              for (const byte of bytes) if (byte === NEW_LINE) lines += 1;
            });
            resolve(sent);
          });
          sent.on("error", reject);
        }),
    ),
  );
  lines = 0;
  const headers = { "Content-Type": "application/json" };
  for (let i = 0; i < 20; i += 1) {
    const body = JSON.stringify({ metadata: { name: `w-${i}`, labels: { watched: "yes" } } });
    expect((await admin.send("POST", "/api/v1/namespaces/kube-public/configmaps", { headers, body })).code).toBe(201);
  }
  for (const limit = Date.now() + 20_000; lines < 10_000 && Date.now() < limit;)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(lines).toBe(10_000);
  for (const stream of streams) stream.on("error", () => undefined).destroy();
  agent.destroy();
}, 600_000);

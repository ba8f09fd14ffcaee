import { afterAll, beforeAll, expect, test } from "vitest";
import { newAuthority } from "../../src/serve/identity/certificates.ts";
import { Client, credentials } from "./client.ts";
import { served } from "./served.ts";
import type { Served } from "./served.ts";

let running: Served;
let admin: Client;
let alice: Client;
let nobody: Client;

beforeAll(async () => {
  running = await served({ users: [{ name: "alice", groups: ["developers"] }] });
  await running.simulation.runUntil(10_000, () => false);
  const of = (user?: string): Client => new Client(running.server.url, credentials(running.kubeconfig, user));
  [admin, alice, nobody] = [of("kubernetes-admin"), of("alice"), of()];
}, 600_000);

afterAll(async () => {
  for (const client of [admin, alice, nobody]) client.close();
  await running.server.close();
});

/** Paths of every kind that the server answers. */
const PATHS = [
  "/",
  "/api",
  "/api/v1",
  "/apis",
  "/apis/apps/v1",
  "/api/v1/pods",
  "/api/v1/pods?watch=true",
  "/api/v1/watch/pods",
  "/api/v1/namespaces/default/services/kubernetes",
  "/api/v1/namespaces/default/pods/p/log",
  "/api/v1/namespaces/default/pods/p/exec?command=ls",
  "/api/v1/namespaces/default/pods/p/proxy/",
  "/api/v1/nodes/node-1/proxy/",
  "/apis/shakedown.dev/v1/clocks",
  "/apis/metrics.k8s.io/v1beta1/nodes",
  "/openapi/v2",
  "/openapi/v3",
  "/openapi/v3/api/v1",
  "/metrics",
  "/ui",
  "/nope",
];

test("access > without credentials only health and version are read", async () => {
  for (const path of ["/healthz", "/livez", "/readyz", "/livez/ping", "/version"])
    expect((await nobody.send("GET", path)).code, path).toBe(200);
  for (const path of PATHS)
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"])
      expect((await nobody.send(method, path)).code, `${method} ${path}`).toBe(401);
});

test("access > a bad token and a stranger's certificate are refused", async () => {
  const bad = { headers: { Authorization: "Bearer x" } };
  expect((await admin.send("GET", "/api/v1/pods", bad)).code).toBe(401);
  expect((await nobody.send("GET", "/api/v1/pods", { headers: { Authorization: "Basic eDp5" } })).code).toBe(401);
  const { certificate, key } = newAuthority().client("kubernetes-admin", ["system:masters"]);
  const { ca } = credentials(running.kubeconfig);
  const stranger = new Client(running.server.url, { ca, cert: Buffer.from(certificate), key: Buffer.from(key) });
  expect((await stranger.send("GET", "/api/v1/pods")).code).toBe(401);
  stranger.close();
});

test("access > a user without roles reads discovery and nothing else", async () => {
  for (const path of ["/api", "/apis", "/api/v1", "/openapi/v3", "/version"])
    expect((await alice.send("GET", path)).code, path).toBe(200);
  for (const path of PATHS.filter((one) => /^\/api\/v1\/|shakedown\.dev|metrics\.k8s|^\/metrics/.test(one)))
    expect((await alice.send("GET", path)).code, path).toBe(path.includes("exec") ? 400 : 403);
  const post = { headers: { "Content-Type": "application/json" }, body: "{}" };
  expect((await alice.send("POST", "/apis/shakedown.dev/v1/clocks/cluster/step", post)).code).toBe(403);
  expect((await alice.send("POST", "/api/v1/namespaces/default/serviceaccounts/default/token", post)).code).toBe(403);
  expect((await alice.send("GET", "/api/v1/pods", { headers: { "Impersonate-User": "kubernetes-admin" } })).code).toBe(
    403,
  );
  expect((await alice.send("GET", "/api/v1/pods", { headers: { "Impersonate-Group": "system:masters" } })).code).toBe(
    403,
  );
});

test("access > the administrator speaks for others, and roles decide", async () => {
  const json = { "Content-Type": "application/json" };
  const role = await admin.send("POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", {
    headers: json,
    body: JSON.stringify({
      metadata: { name: "alice-views" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
      subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "alice" }],
    }),
  });
  expect(role.code).toBe(201);
  const pods = "/api/v1/namespaces/default/pods";
  expect((await alice.send("GET", pods)).code).toBe(200);
  expect((await alice.send("GET", "/api/v1/namespaces/default/secrets")).code).toBe(403);
  expect((await admin.send("GET", pods, { headers: { "Impersonate-User": "alice" } })).code).toBe(200);
  expect((await admin.send("GET", pods, { headers: { "Impersonate-User": "bob" } })).code).toBe(403);
});

test("access > a service account's token is good until it ends", async () => {
  const path = "/api/v1/namespaces/default/serviceaccounts/default/token";
  const asked = { headers: { "Content-Type": "application/json" }, body: "{}" };
  const { code, text } = await admin.send("POST", path, asked);
  expect(code).toBe(201);
  const { token } = (JSON.parse(text) as { readonly status: { readonly token: string } }).status;
  const bearer = { headers: { Authorization: `Bearer ${token}` } };
  expect((await nobody.send("GET", "/api/v1/pods", bearer)).code).toBe(403);
  expect((await nobody.send("GET", "/api", bearer)).code).toBe(200);
});

const CRASH = `
apiVersion: shakedown/v1
kind: Plan
metadata: { name: crash }
spec:
  seed: 1
  cluster: { nodes: [{ count: 2 }] }
  steps:
    - { at: 2s, create: { manifests: [{ apiVersion: v1, kind: Pod, metadata: { name: p, namespace: default }, spec: { nodeName: node-1, containers: [{ name: c, image: nginx }] } }] } }
    - { at: 20s, fault: kubelet-stop, for: 20s, params: { node: node-1 } }
`;

test("access > a kubelet that is down shows no logs", async () => {
  const down = await served({ speed: 0, plan: CRASH });
  const client = new Client(down.server.url, credentials(down.kubeconfig, "kubernetes-admin"));
  const logs = "/api/v1/namespaces/default/pods/p/log";
  await down.simulation.seek(15_000);
  expect((await client.send("GET", logs)).text).toContain("start worker processes");
  await down.simulation.seek(25_000);
  const refused = await client.send("GET", logs);
  expect(refused.code).toBe(500);
  expect(refused.text).toContain(":10250: connect: connection refused");
  await down.simulation.seek(60_000);
  expect((await client.send("GET", logs)).code).toBe(200);
  client.close();
  await down.server.close();
});

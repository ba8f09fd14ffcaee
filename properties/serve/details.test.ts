import { afterAll, beforeAll, expect, test } from "vitest";
import { Client, credentials } from "./client.ts";
import { served } from "./served.ts";
import type { Served } from "./served.ts";

let running: Served;
let admin: Client;

beforeAll(async () => {
  running = await served({ speed: 0 });
  await running.simulation.seek(5000);
  admin = new Client(running.server.url, credentials(running.kubeconfig, "kubernetes-admin"));
}, 600_000);

afterAll(async () => {
  admin.close();
  await running.server.close();
});

const JSON_TYPE = { "Content-Type": "application/json" };

test("API > strict decoding names unknown fields, then repeated ones", async () => {
  const body = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"unknownField":1,"data":{},"data":{}}`;
  const path = "/api/v1/namespaces/default/configmaps?fieldValidation=Strict";
  const { code, text } = await admin.send("POST", path, { headers: JSON_TYPE, body });
  expect(code).toBe(400);
  expect((JSON.parse(text) as { message: string }).message).toContain(
    'strict decoding error: unknown field "unknownField", duplicate field "data"',
  );
});

test("API > a review has no metadata and cannot be a row of a table", async () => {
  const spec = { nonResourceAttributes: { path: "/", verb: "get" } };
  const { code, text } = await admin.send("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
    headers: { ...JSON_TYPE, Accept: "application/json;as=Table;v=v1;g=meta.k8s.io" },
    body: JSON.stringify({ apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec }),
  });
  expect(code).toBe(406);
  expect(JSON.parse(text)).toMatchObject({
    reason: "NotAcceptable",
    message: "the resource selfsubjectaccessreviews.authorization.k8s.io does not support being converted to a Table",
  });
});

test("API > an event is patched in either of its versions", async () => {
  const events = "/apis/events.k8s.io/v1/namespaces/default/events";
  const made = await admin.send("POST", events, {
    headers: JSON_TYPE,
    body: JSON.stringify({
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      metadata: { name: "e" },
      eventTime: "2026-01-01T00:00:00.000000Z",
      reportingController: "test-controller",
      reportingInstance: "one",
      action: "Do",
      reason: "Test",
      type: "Normal",
      regarding: { namespace: "default" },
    }),
  });
  expect(made.code).toBe(201);
  const patched = await admin.send("PATCH", `${events}/e`, {
    headers: { "Content-Type": "application/strategic-merge-patch+json" },
    body: JSON.stringify({ series: { count: 2, lastObservedTime: "2026-01-01T00:00:01.000000Z" } }),
  });
  expect(patched.code).toBe(200);
  const stored = await admin.send("GET", "/api/v1/namespaces/default/events/e");
  expect(JSON.parse(stored.text)).toMatchObject({ reportingComponent: "test-controller", series: { count: 2 } });
  const found = await admin.send("GET", "/api/v1/events?fieldSelector=source%3Dtest-controller");
  expect((JSON.parse(found.text) as { items: unknown[] }).items).toHaveLength(1);
  const missing = await admin.send("PATCH", `${events}/none`, {
    headers: { "Content-Type": "application/merge-patch+json" },
    body: "{}",
  });
  expect(missing.code).toBe(404);
});

import { expect, test } from "vitest";
import { Etcd } from "../../etcd/etcd.ts";
import { handleHttp } from "../http/http.ts";
import { ApiServer } from "../server.ts";
import type { ApiServerOptions } from "../server.ts";
import type { AuditEvent } from "../audit.ts";
import type { AdmissionWebhook, WebhookRule } from "./webhooks.ts";

const CONTEXT = { now: 0, random: () => 0.5 };
const PATH = "/api/v1/namespaces/default/configmaps";
const RULE: WebhookRule = {
  operations: ["CREATE", "UPDATE", "DELETE"],
  apiGroups: [""],
  apiVersions: ["v1"],
  resources: ["configmaps"],
};

function serverWith(options: ApiServerOptions): ApiServer {
  const server = new ApiServer(new Etcd(), options);
  server.handle({ verb: "create", resource: "namespaces", body: { metadata: { name: "default" } } }, CONTEXT);
  return server;
}

function post(server: ApiServer, name: string, user?: string): { readonly code: number; readonly body: unknown } {
  const headers = user === undefined ? {} : { "Impersonate-User": user };
  return handleHttp(server, { method: "POST", path: PATH, headers, body: { metadata: { name } } }, CONTEXT);
}

test("admission webhooks > a mutating webhook's patch is stored, a validating one sees it", () => {
  const seen: unknown[] = [];
  const mutating: AdmissionWebhook = {
    name: "label.example.com",
    rules: [RULE],
    review: ({ operation }) => ({
      allowed: true,
      warnings: ["labelled"],
      ...(operation === "CREATE" && { patch: [{ op: "add", path: "/metadata/labels", value: { by: "webhook" } }] }),
    }),
  };
  const validating: AdmissionWebhook = {
    name: "look.example.com",
    rules: [RULE],
    review: ({ object, operation }) => {
      seen.push([operation, object?.metadata.labels]);
      return { allowed: true };
    },
  };
  const server = serverWith({ mutatingWebhooks: [mutating], validatingWebhooks: [validating] });
  expect(post(server, "a")).toMatchObject({
    code: 201,
    body: { metadata: { labels: { by: "webhook" } } },
    warnings: ["labelled"],
  });
  expect(seen).toEqual([["CREATE", { by: "webhook" }]]);
});

test("admission webhooks > a denial and a failed call refuse, unless failures are ignored", () => {
  const deny: AdmissionWebhook = {
    name: "no.example.com",
    rules: [{ ...RULE, operations: ["CREATE"] }],
    objectSelector: { matchExpressions: [{ key: "free", operator: "DoesNotExist" }] },
    review: ({ name }) => ({
      allowed: name !== "bad",
      status: { code: 403, message: "not this one", reason: "Forbidden" },
    }),
  };
  const server = serverWith({ validatingWebhooks: [deny] });
  expect(post(server, "bad")).toMatchObject({
    code: 403,
    body: { message: 'admission webhook "no.example.com" denied the request: not this one' },
  });
  const broken = {
    name: "broken.example.com",
    rules: [RULE],
    review: () => {
      throw new Error("connection refused");
    },
  };
  expect(post(serverWith({ validatingWebhooks: [broken] }), "a")).toMatchObject({
    code: 500,
    body: {
      message:
        'Internal error occurred: failed calling webhook "broken.example.com": failed to call webhook: connection refused',
    },
  });
  const ignored = serverWith({ validatingWebhooks: [{ ...broken, failurePolicy: "Ignore" }] });
  expect(post(ignored, "a").code).toBe(201);
});

test("audit > every request is told with its user and outcome, refused ones too", () => {
  const events: AuditEvent[] = [];
  const server = serverWith({ audit: (event) => events.push(event) });
  events.length = 0;
  post(server, "a");
  post(server, "a");
  post(server, "b", "alice");
  expect(
    events.map(({ verb, user, objectRef, responseStatus }) => [
      verb,
      user.username,
      objectRef?.resource,
      responseStatus.code,
    ]),
  ).toEqual([
    ["create", "kubernetes-admin", "configmaps", 201],
    ["create", "kubernetes-admin", "configmaps", 409],
    ["create", "alice", "configmaps", 403],
  ]);
});

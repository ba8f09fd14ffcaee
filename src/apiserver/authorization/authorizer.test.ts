import { expect, test } from "vitest";
import { Etcd } from "../../etcd/etcd.ts";
import { authorizeBy } from "./authorizer.ts";
import type { AuthorizationMode } from "./authorizer.ts";

const attributes = {
  user: { name: "alice", groups: ["system:authenticated"] },
  verb: "get",
  group: "",
  resource: "pods",
  namespace: "t",
  name: "p",
};
const REFUSED = 'User "alice" cannot get resource "pods" in API group "" in the namespace "t"';

function asked(...modes: readonly AuthorizationMode[]): string | undefined {
  return authorizeBy(modes, new Etcd(), attributes);
}

test("authorization > the first authorizer with an opinion decides", () => {
  expect(asked("Node", "RBAC")).toBe(REFUSED);
  expect(asked("RBAC", "AlwaysAllow")).toBeUndefined();
  expect(asked("AlwaysDeny")).toBe(`${REFUSED}: Everything is forbidden.`);
  const deny: AuthorizationMode = { webhook: () => ({ decision: "deny", reason: "not today" }) };
  expect(asked(deny, "AlwaysAllow")).toBe(`${REFUSED}: not today`);
  expect(asked({ webhook: () => ({ decision: "no opinion" }) }, "AlwaysAllow")).toBeUndefined();
});

test("authorization > an ABAC policy names user, namespace and resource, or * for any", () => {
  const policy = { user: "alice", namespace: "t", resource: "pods" };
  expect(asked({ abac: [policy] })).toBeUndefined();
  expect(asked({ abac: [{ ...policy, readonly: true, resource: "*", namespace: "*" }] })).toBeUndefined();
  expect(asked({ abac: [{ ...policy, namespace: "other" }] })).toBe(`${REFUSED}: No policy matched.`);
  expect(asked({ abac: [{ group: "system:authenticated", resource: "pods" }] })).toBe(`${REFUSED}: No policy matched.`);
});

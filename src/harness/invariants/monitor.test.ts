import { expect, test } from "vitest";
import { pod } from "./fixtures.ts";
import { History } from "./history.ts";
import { allInvariants } from "./index.ts";
import type { Invariant } from "./invariant.ts";
import { CALM_AFTER_MS, createMonitor } from "./monitor.ts";

const complains: Invariant = {
  name: "complains",
  catalogue: [],
  expectation: "always",
  statement: "",
  source: "",
  resources: ["pods"],
  init: () => ({ seen: 0 }),
  onChange: (_memory, { at, key }) => ({ invariant: "complains", at, object: key, sentence: "!" }),
};

test("tells each invariant and object once, and only of the resources it wants", () => {
  const monitor = createMonitor([complains]);
  const h = new History((change, world) => void monitor.onChange(change, world));
  h.create(pod("a"));
  h.update("pods", "default/a", { status: { phase: "Running" } });
  h.create({ kind: "ConfigMap", metadata: { name: "c", namespace: "default" } });
  expect(monitor.state.violations).toHaveLength(1);
});

test("calmOnly invariants are silent while a fault lasts and shortly after", () => {
  const monitor = createMonitor([{ ...complains, calmOnly: true }]);
  const h = new History((change, world) => void monitor.onChange(change, world));
  monitor.onDisturbance({ id: "f", kind: "fault", at: 0 });
  h.at(10).create(pod("a"));
  monitor.onDisturbance({ id: "f", kind: "fault", at: 0, until: 20 });
  h.at(30).create(pod("b"));
  expect(monitor.state.violations).toEqual([]);
  h.at(20 + CALM_AFTER_MS).create(pod("c"));
  expect(monitor.state.violations).toHaveLength(1);
});

test("a copy of its state goes on where it stood", () => {
  const first = createMonitor(allInvariants);
  const h = new History((change, world) => void first.onChange(change, world));
  h.create(pod("a", { metadata: { uid: "u" } }));
  const second = createMonitor(allInvariants, structuredClone(first.state));
  const [change] = h.changes;
  if (change !== undefined) second.onChange({ ...change, revision: change.revision + 1, key: "default/b" }, h.world);
  expect(second.state.violations.map(({ invariant }) => invariant)).toContain("uid-is-unique-and-final");
  expect(first.state.violations).toEqual([]);
});

test("names are unique, and every invariant says what it promises and from where", () => {
  expect(new Set(allInvariants.map(({ name }) => name)).size).toBe(allInvariants.length);
  for (const invariant of allInvariants) {
    expect(invariant.statement).toMatch(/\.$/);
    expect(invariant.source).not.toBe("");
    expect(invariant.catalogue).not.toEqual([]);
  }
});

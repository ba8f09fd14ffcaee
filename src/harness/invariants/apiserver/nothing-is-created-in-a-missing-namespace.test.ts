import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { nothingIsCreatedInAMissingNamespace } from "./nothing-is-created-in-a-missing-namespace.ts";

const shop = { kind: "Namespace", metadata: { name: "shop" } };

test("accepts content of living and system namespaces, and what was admitted just before the end", () => {
  expect(
    play(nothingIsCreatedInAMissingNamespace, (h) => {
      h.create(pod("a"));
      h.create(shop);
      h.create(pod("a", { metadata: { namespace: "shop" } }));
      h.update("namespaces", "shop", { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } });
      h.at(3000).create(pod("b", { metadata: { namespace: "shop" } }));
    }),
  ).toEqual([]);
});

test("rejects content of a terminating and of an unknown namespace", () => {
  const found = play(nothingIsCreatedInAMissingNamespace, (h) => {
    h.create(shop);
    h.update("namespaces", "shop", { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } });
    h.at(20_000).create(pod("a", { metadata: { namespace: "shop" } }));
    h.create(pod("a", { metadata: { namespace: "nowhere" } }));
  });
  expect(found.map(({ object }) => object)).toEqual(["Pod shop/a", "Pod nowhere/a"]);
});

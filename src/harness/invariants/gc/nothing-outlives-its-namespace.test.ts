import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { nothingOutlivesItsNamespace } from "./nothing-outlives-its-namespace.ts";

const shop = { kind: "Namespace", metadata: { name: "shop" } };

test("accepts a namespace that goes last", () => {
  expect(
    play(nothingOutlivesItsNamespace, (h) => {
      h.create(shop);
      h.create(pod("a", { metadata: { namespace: "shop" } }));
      h.remove("pods", "shop/a");
      h.remove("namespaces", "shop");
    }),
  ).toEqual([]);
});

test("rejects content that is left", () => {
  expect(
    play(nothingOutlivesItsNamespace, (h) => {
      h.create(shop);
      h.create(pod("a", { metadata: { namespace: "shop" } }));
      h.remove("namespaces", "shop");
    }),
  ).toMatchObject([{ object: "Pod shop/a" }]);
});

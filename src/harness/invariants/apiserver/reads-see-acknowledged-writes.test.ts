import { expect, test } from "vitest";
import type { Request } from "../../../api/request.ts";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { readsSeeAcknowledgedWrites } from "./reads-see-acknowledged-writes.ts";

const get: Request = { verb: "get", resource: "pods", namespace: "default", name: "a" };
const list: Request = { verb: "list", resource: "pods", namespace: "default" };

test("accepts reads of the newest state, and an older list that was asked for", () => {
  expect(
    play(readsSeeAcknowledgedWrites, (h) => {
      const object = h.create(pod("a"));
      h.answer(get, [], { ok: true, code: 200, object });
      h.answer(list, [], { ok: true, code: 200, list: { resourceVersion: "2", items: [object] } });
      const old = { ...list, options: { resourceVersion: "1", resourceVersionMatch: "Exact" } } as const;
      h.answer(old, [], { ok: true, code: 200, list: { resourceVersion: "1", items: [] } });
    }),
  ).toEqual([]);
});

test("rejects a get and a list of the past", () => {
  const found = play(readsSeeAcknowledgedWrites, (h) => {
    const object = h.create(pod("a"));
    h.update("pods", "default/a", { spec: { nodeName: "n1" } });
    h.answer(get, [], { ok: true, code: 200, object });
    h.answer(list, [], { ok: true, code: 200, list: { resourceVersion: "2", items: [object] } });
  });
  expect(found.map(({ sentence }) => sentence)).toEqual([
    "A get of pods a by kubectl was answered at version 2; stored is 3.",
    "A list of pods by kubectl was answered at version 2; the store is at 3.",
  ]);
});

import { expect, test } from "vitest";
import type { Request, Response } from "../../../api/request.ts";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { refusedRequestsChangeNothing } from "./refused-requests-change-nothing.ts";

const create: Request = { verb: "create", resource: "pods", namespace: "default" };
const refused: Response = {
  ok: false,
  status: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", reason: "Forbidden", code: 403 },
};

test("accepts a refusal that only charged a quota, and a creation that was admitted", () => {
  expect(
    play(refusedRequestsChangeNothing, (h) => {
      h.create({ kind: "ResourceQuota", metadata: { name: "q", namespace: "default" } });
      h.answer(create, [h.last], refused);
      h.create(pod("a"));
      h.answer(create, [h.last]);
    }),
  ).toEqual([]);
});

test("rejects a refusal that stored something, and a dry run that did", () => {
  const found = play(refusedRequestsChangeNothing, (h) => {
    h.create(pod("a"));
    h.answer(create, [h.last], refused);
    h.create(pod("b"));
    h.answer({ ...create, options: { dryRun: ["All"] } }, [h.last]);
  });
  expect(found.map(({ sentence }) => sentence)).toEqual([
    "A create of pods by kubectl was refused (Forbidden), and yet pods default/a changed.",
    "A create of pods by kubectl only looks, and yet pods default/b changed.",
  ]);
});

import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { listsShowTheState } from "./lists-show-the-state.ts";

const selectors = { fieldSelector: "spec.nodeName=n1" };
const client = { process: "kubelet/n1", resource: "pods", selectors, kind: "list" } as const;

test("accepts the list of what is selected", () => {
  expect(
    play(listsShowTheState, (h) => {
      const mine = h.create(pod("mine", { spec: { nodeName: "n1" } }));
      h.create(pod("other"));
      h.tell({ ...client, items: [mine] });
    }),
  ).toEqual([]);
});

test("rejects a list that lacks an object, and one that shows what is gone", () => {
  const found = play(listsShowTheState, (h) => {
    const mine = h.create(pod("mine", { spec: { nodeName: "n1" } }));
    h.tell(client);
    h.remove("pods", "default/mine");
    h.tell({ ...client, process: "kubelet/n2", items: [mine] });
  });
  expect(found.map(({ sentence }) => sentence)).toEqual([
    "The list of pods for kubelet/n1 has 0 objects, stored are 1.",
    "The list of pods for kubelet/n2 shows default/mine, which is not stored.",
  ]);
});

import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import { oldListsShowAPastState } from "./old-lists-show-a-past-state.ts";

const client = { process: "kube-scheduler", resource: "pods", kind: "list", mayBeOld: true } as const;

test("accepts the state of an earlier revision", () => {
  expect(
    play(oldListsShowAPastState, (h) => {
      const a = h.create(pod("a"));
      const { revision } = h.last;
      h.create(pod("b"));
      h.remove("pods", "default/a");
      h.tell({ ...client, revision, items: [a] });
    }),
  ).toEqual([]);
});

test("rejects a mixture of two states", () => {
  const found = play(oldListsShowAPastState, (h) => {
    const a = h.create(pod("a"));
    const { revision } = h.last;
    const b = h.create(pod("b"));
    h.tell({ ...client, revision, items: [a, b] });
    h.tell({ ...client, process: "kubelet/n1", revision, items: [] });
  });
  expect(found.map(({ sentence }) => sentence)).toEqual([
    expect.stringMatching(
      /^The list of pods at revision \d+ for kube-scheduler shows default\/b, which was not stored\.$/,
    ),
    expect.stringMatching(/^The list of pods at revision \d+ for kubelet\/n1 does not show default\/a at \d+\.$/),
  ]);
});

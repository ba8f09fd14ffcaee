import { expect, test } from "vitest";
import { play } from "../history.ts";
import type { History } from "../history.ts";
import { clientsDoNotGoBack } from "./clients-do-not-go-back.ts";

const client = { process: "kubelet/n1", resource: "pods" };

/** A list, a watch, and a list of another server in the life of that number. */
function script(h: History, epoch: number): void {
  h.tell({ ...client, kind: "list", revision: 3 });
  h.tell({ ...client, kind: "watch", revision: 7 });
  h.tell({ ...client, kind: "list", revision: 5, mayBeOld: true, epoch });
}

test("accepts an older state after a restart", () => {
  expect(play(clientsDoNotGoBack, (h) => script(h, 2))).toEqual([]);
});

test("accepts an older list after one that may have got lost", () => {
  expect(
    play(clientsDoNotGoBack, (h) => {
      h.tell({ ...client, kind: "list", revision: 7 });
      h.tell({ ...client, kind: "list", revision: 5, mayBeOld: true });
    }),
  ).toEqual([]);
});

test("rejects an older state in the same life", () => {
  expect(play(clientsDoNotGoBack, (h) => script(h, 1)).map(({ sentence }) => sentence)).toEqual([
    "A list of pods showed kubelet/n1 revision 5 after revision 7.",
  ]);
});

import { expect, test } from "vitest";
import type { ApiObject } from "../../../api/object.ts";
import type { WatchEvent } from "../../../api/request.ts";
import { pod } from "../fixtures.ts";
import { play } from "../history.ts";
import type { History } from "../history.ts";
import { watchesTellEveryWrite } from "./watches-tell-every-write.ts";

const client = { process: "kubelet/n1", resource: "pods", selectors: { fieldSelector: "spec.nodeName=n1" } };
const on = (node: string): { readonly spec: { readonly nodeName: string } } => ({ spec: { nodeName: node } });

/** Lists, then creates a pod on n1, one elsewhere, and moves nothing. */
function begin(h: History): { readonly mine: ApiObject } {
  h.create(pod("old", on("n1")));
  h.tell({ ...client, kind: "list" });
  const mine = h.create(pod("mine", on("n1")));
  h.create(pod("other", on("n2")));
  return { mine };
}

const sentences = (script: (h: History) => void): readonly string[] =>
  play(watchesTellEveryWrite, script).map(({ sentence }) => sentence);

test("accepts what the selector shows, in order, over two deliveries", () => {
  expect(
    sentences((h) => {
      const { mine } = begin(h);
      h.tell({ ...client, kind: "watch", events: [{ type: "ADDED", object: mine }] });
      h.remove("pods", "default/mine");
      const gone = { ...mine, metadata: { ...mine.metadata, resourceVersion: String(h.revision) } };
      h.tell({ ...client, kind: "watch", events: [{ type: "DELETED", object: gone }] });
      h.tell({ ...client, kind: "watch" });
    }),
  ).toEqual([]);
});

test("rejects a write that is never told, one told twice, and one told as something else", () => {
  const told = (events: (mine: ApiObject) => readonly WatchEvent[]): readonly string[] =>
    sentences((h) => {
      const { mine } = begin(h);
      h.tell({ ...client, kind: "watch", events: events(mine) });
    });
  expect(told(() => [])).toEqual(["The watch of kubelet/n1 on pods did not tell of default/mine at revision 3."]);
  expect(
    told((mine) => [
      { type: "ADDED", object: mine },
      { type: "ADDED", object: mine },
    ]),
  ).toEqual(["The watch of kubelet/n1 on pods told of revision 3 after revision 3."]);
  expect(told((mine) => [{ type: "MODIFIED", object: mine }])).toEqual([
    "The watch of kubelet/n1 on pods told MODIFIED of default/mine at revision 3, which is ADDED.",
  ]);
});

import { expect, test } from "vitest";
import { pod, readyStatus, webService, webSlice } from "../fixtures.ts";
import { play } from "../history.ts";
import { slicesShowTheReadyPods } from "./slices-show-the-ready-pods.ts";

const web = (name: string, ready: boolean): ReturnType<typeof pod> =>
  pod(name, {
    metadata: { uid: name, labels: { app: "web" } },
    status: { ...readyStatus(), ...(!ready && { conditions: [] }) },
  });
const shown = (name: string): object => ({
  addresses: ["10.0.0.1"],
  conditions: { ready: true },
  targetRef: { uid: name },
});

test("accepts exactly the ready pods", () => {
  expect(
    play(slicesShowTheReadyPods, (h) => {
      h.create(webService);
      h.create(web("a", true));
      h.create(web("b", false));
      h.create(webSlice([shown("a"), { ...shown("b"), conditions: { ready: false } }]));
      h.now = 60_000;
    }),
  ).toEqual([]);
});

test.each([
  ["a missing pod", [shown("a")], "lack the ready pod c"],
  ["a pod that is not ready", [shown("a"), shown("c"), shown("b")], "uid b"],
])("rejects %s", (_what, endpoints, sentence) => {
  expect(
    play(slicesShowTheReadyPods, (h) => {
      h.create(webService);
      h.create(web("a", true));
      h.create(web("b", false));
      h.create(web("c", true));
      h.create(webSlice(endpoints));
      h.now = 60_000;
    })[0]?.sentence,
  ).toContain(sentence);
});

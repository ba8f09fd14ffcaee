import { expect, test } from "vitest";
import { pod, readyStatus } from "../fixtures.ts";
import { cast } from "../../../base/units.ts";
import { History } from "../history.ts";
import type { Invariant } from "../invariant.ts";
import { createMonitor } from "../monitor.ts";
import { somePodBecameReady } from "./some-pod-became-ready.ts";

test("is seen when it happens, and only then", () => {
  const seen = createMonitor([cast<Invariant>(somePodBecameReady)]);
  const h = new History((change, world) => void seen.onChange(change, world));
  expect(seen.seen(h.world)).toEqual([]);
  h.create(pod("a", { status: readyStatus() }));
  expect(seen.seen(h.world)).toEqual(["some-pod-became-ready"]);
});

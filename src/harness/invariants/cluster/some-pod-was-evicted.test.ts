import { expect, test } from "vitest";
import { pod } from "../fixtures.ts";
import { cast } from "../../../base/units.ts";
import { History } from "../history.ts";
import type { Invariant } from "../invariant.ts";
import { createMonitor } from "../monitor.ts";
import { somePodWasEvicted } from "./some-pod-was-evicted.ts";

test("is seen when it happens, and only then", () => {
  const seen = createMonitor([cast<Invariant>(somePodWasEvicted)]);
  const h = new History((change, world) => void seen.onChange(change, world));
  expect(seen.seen(h.world)).toEqual([]);
  h.create(pod("a", { status: { phase: "Failed", conditions: [{ type: "DisruptionTarget", status: "True" }] } }));
  expect(seen.seen(h.world)).toEqual(["some-pod-was-evicted"]);
});

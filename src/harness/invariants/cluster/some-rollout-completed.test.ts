import { expect, test } from "vitest";
import { deployment } from "../fixtures.ts";
import { cast } from "../../../base/units.ts";
import { History } from "../history.ts";
import type { Invariant } from "../invariant.ts";
import { createMonitor } from "../monitor.ts";
import { someRolloutCompleted } from "./some-rollout-completed.ts";

test("is seen when it happens, and only then", () => {
  const seen = createMonitor([cast<Invariant>(someRolloutCompleted)]);
  const h = new History((change, world) => void seen.onChange(change, world));
  expect(seen.seen(h.world)).toEqual([]);
  h.create(
    deployment({
      metadata: { annotations: { "deployment.kubernetes.io/revision": "2" } },
      status: { observedGeneration: 1, replicas: 4, updatedReplicas: 4, availableReplicas: 4 },
    }),
  );
  expect(seen.seen(h.world)).toEqual(["some-rollout-completed"]);
});

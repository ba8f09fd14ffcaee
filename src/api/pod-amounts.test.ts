import { expect, test } from "vitest";
import { cast } from "../base/units.ts";
import { podTotal } from "./pod-amounts.ts";
import type { PodSpec } from "./types/core-v1.ts";

const container = (name: string, cpu: string, more: object = {}): object => ({
  name,
  resources: { requests: { cpu } },
  ...more,
});

test("an init container that runs before a sidecar does not need room beside it", () => {
  const spec = cast<PodSpec>({
    containers: [container("a", "1"), container("b", "250m")],
    initContainers: [
      container("first", "3"),
      container("side", "500m", { restartPolicy: "Always" }),
      container("second", "2"),
    ],
  });
  expect(podTotal(spec, "requests").get("cpu")?.nano).toBe(3_000_000_000n);
  const later = cast<PodSpec>({
    ...spec,
    initContainers: [...(spec.initContainers ?? []), container("third", "2600m")],
  });
  expect(podTotal(later, "requests").get("cpu")?.nano).toBe(3_100_000_000n);
});

import { expect, test } from "vitest";
import { podOf } from "../invariants/fixtures.ts";
import type { Overlay } from "../invariants/history.ts";
import { Stage } from "./stage.ts";

const loss = { kind: "zone-loss", what: "zone-a was down", nodes: ["n1", "n2"], zone: "zone-a" } as const;

function stage(pods: number, spec: Overlay = {}): Stage {
  const result = new Stage("fits-after-zone-loss").deploy();
  for (let i = 0; i < pods; i += 1)
    result.history.create(podOf("v1", `web-${i}`, { spec: { ...spec, nodeName: i % 2 === 0 ? "n1" : "n2" } }));
  return result;
}

test("accepts pods that the other zone has room for", () => {
  expect(stage(4).disturb(10, loss).end(60)).toEqual([]);
});

test("tells what is missing", () => {
  expect(stage(6).disturb(10, loss).end(60)).toMatchObject([
    {
      object: "Zone zone-a",
      sentence:
        "6 pods of zone-a had no room elsewhere while zone-a was down: the other nodes lack cpu (2 cpu too little)",
    },
  ]);
});

test("tells a workload that may run nowhere else", () => {
  expect(
    stage(1, { nodeSelector: { "topology.kubernetes.io/zone": "zone-a" } })
      .disturb(10, loss)
      .end(60),
  ).toMatchObject([{ object: "Deployment web", cause: "its nodeSelector or node affinity matches no other node" }]);
});

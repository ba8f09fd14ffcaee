import { Random } from "../base/random.ts";
import { present } from "../base/assert.ts";
import type { TracePod } from "./openb.ts";

/** The same pods in another order of arrival: each takes the times of another one. Equal seeds give equal orders. */
export function shuffledTrace(pods: readonly TracePod[], seed: number): readonly TracePod[] {
  const draw = new Random(seed).stream("openb");
  const order = pods.map((_, i) => i);
  for (let i = order.length - 1; i > 0; i -= 1) {
    const other = Math.floor(draw() * (i + 1));
    [order[i], order[other]] = [present(order[other], "a place"), present(order[i], "a place")];
  }
  return pods.map(({ createdAtSeconds, deletedAtSeconds }, i) => {
    const pod = present(pods[order[i] ?? -1], "a pod of the trace");
    return { ...pod, createdAtSeconds, deletedAtSeconds };
  });
}

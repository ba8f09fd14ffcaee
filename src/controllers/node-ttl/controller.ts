import { nothing } from "../../client/controller.ts";
import type { Controller } from "../../client/controller.ts";
import { patch } from "../requests.ts";

const ANNOTATION = "node.alpha.kubernetes.io/ttl";

/** Seconds for which kubelets may cache, by the number of nodes at which the next longer time begins and ends. */
const BOUNDARIES: readonly { readonly min: number; readonly max: number; readonly seconds: number }[] = [
  { min: 0, max: 100, seconds: 0 },
  { min: 90, max: 500, seconds: 15 },
  { min: 450, max: 1000, seconds: 30 },
  { min: 900, max: 2000, seconds: 60 },
  { min: 1800, max: Number.POSITIVE_INFINITY, seconds: 300 },
];

/** Tells kubelets by an annotation for how long they may cache Secrets and ConfigMaps, by the size of the cluster. */
export function nodeTtlController(): Controller<{ readonly step: number }> {
  return {
    name: "ttl-controller",
    workers: 5,
    watches: [{ resource: "nodes" }],
    initialMemory: () => ({ step: 0 }),
    wakes: ({ after }) => (after === undefined ? [] : [{ key: after.metadata.name }]),
    reconcile({ key, listers, memory }) {
      const nodes = listers.of("nodes");
      const step = stepFor(nodes.size, memory.step);
      const node = nodes.get(key);
      const seconds = String(BOUNDARIES[step]?.seconds ?? 0);
      const changed = step === memory.step ? {} : { memory: { step } };
      if (node === undefined || node.metadata.annotations?.[ANNOTATION] === seconds) return { ...nothing, ...changed };
      const body = { metadata: { annotations: { [ANNOTATION]: seconds } } };
      return { writes: [[patch({ resource: "nodes", name: key }, "strategic", body)]], ...changed };
    },
  };
}

function stepFor(nodes: number, step: number): number {
  let now = step;
  while (nodes > (BOUNDARIES[now]?.max ?? 0)) now += 1;
  while (nodes < (BOUNDARIES[now]?.min ?? 0)) now -= 1;
  return now;
}

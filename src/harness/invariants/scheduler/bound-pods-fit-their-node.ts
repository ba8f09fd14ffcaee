import type { Change } from "../../../cluster/world.ts";
import { add, allocatable, firstShortage, podRequests } from "../../survivability/requests.ts";
import { asPod } from "../../survivability/pod.ts";
import type { Invariant, Violation } from "../invariant.ts";
import { heldRecently } from "../recent.ts";
import { about } from "../violation.ts";
import type { NodeLoad } from "./node-load.ts";
import { emptyLoad, followPod, knownNeighbours } from "./node-load.ts";
import type { NodeStates } from "./node-states.ts";
import { boundByScheduler, followNode } from "./node-states.ts";

interface Memory {
  readonly nodes: NodeStates;
  readonly load: NodeLoad;
}

const NAME = "bound-pods-fit-their-node";

/** The scheduler knows its own bindings at once, so that alone it never overcommits a node. */
export const boundPodsFitTheirNode: Invariant<Memory> = {
  name: NAME,
  catalogue: ["36", "I1"],
  expectation: "always",
  calmOnly: true,
  statement:
    "With the pod that the scheduler binds, the requests on the node stay within allocatable, and so does the number of pods.",
  source: "concepts/scheduling-eviction: kube-scheduler; plug-in NodeResourcesFit",
  resources: ["pods", "nodes"],
  init: () => ({ nodes: new Map(), load: emptyLoad() }),
  onChange(memory, change) {
    if (change.resource === "nodes") {
      followNode(memory.nodes, change);
      return undefined;
    }
    followPod(memory.load, change);
    const name = boundByScheduler(change);
    return name === undefined ? undefined : judge(memory, change, name);
  },
};

function judge(memory: Memory, change: Change, name: string): Violation | undefined {
  const { at, after } = change;
  const node = memory.nodes.get(name);
  if (node?.now === undefined || after === undefined) return undefined;
  const pod = asPod(after);
  const used: { [resource: string]: number } = {};
  for (const other of knownNeighbours(memory.load, name, pod, change)) add(used, podRequests(other));
  const wanted = podRequests(pod);
  if (heldRecently(node.past, node.now, at, (state) => firstShortage(wanted, used, allocatable(state)) === undefined))
    return undefined;
  const offered = allocatable(node.now);
  const short = firstShortage(wanted, used, offered) ?? "";
  const unit = short === "cpu" ? "m" : "";
  return about(
    NAME,
    at,
    pod,
    `kube-scheduler bound it to ${name}, where ${used[short] ?? 0}${unit} of ${offered[short] ?? 0}${unit} ${short} were taken and it asks for ${wanted[short] ?? 0}${unit}.`,
  );
}

import { hostPortClash, wantsHostPorts } from "../../survivability/admits.ts";
import { asPod } from "../../survivability/pod.ts";
import type { Invariant } from "../invariant.ts";
import { about } from "../violation.ts";
import type { NodeLoad } from "./node-load.ts";
import { emptyLoad, followPod, knownNeighbours } from "./node-load.ts";
import { boundByScheduler } from "./node-states.ts";

const NAME = "host-ports-do-not-clash";

/** NodePorts, judged from outside. */
export const hostPortsDoNotClash: Invariant<NodeLoad> = {
  name: NAME,
  catalogue: ["37"],
  expectation: "always",
  calmOnly: true,
  statement: "The scheduler binds no pod to a node where another pod has one of its host ports.",
  source: "plug-in NodePorts",
  resources: ["pods"],
  init: emptyLoad,
  onChange(load, change) {
    followPod(load, change);
    const node = boundByScheduler(change);
    if (node === undefined || change.after === undefined) return undefined;
    const pod = asPod(change.after);
    if (!wantsHostPorts(pod)) return undefined;
    for (const other of knownNeighbours(load, node, pod, change)) {
      const port = hostPortClash(pod, other);
      if (port === undefined) continue;
      return about(
        NAME,
        change.at,
        pod,
        `kube-scheduler bound it to ${node}, where ${other.metadata.name} already has host port ${port}.`,
      );
    }
    return undefined;
  },
};

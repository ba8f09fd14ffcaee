import type { Node, Pod } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import { emptyNodeInfo, setNode } from "../../cache/node-info.ts";
import type { NodeInfo } from "../../cache/node-info.ts";
import { accounted, podUid, specInfo } from "../../cache/pod-info.ts";
import type { HintInput } from "../../queue/event-registration.ts";
import { insufficientResources } from "./fits.ts";

const NO_EXCEPTIONS = {
  ignoredResources: [],
  ignoredResourceGroups: [],
  scoringStrategy: { type: "LeastAllocated", resources: [], shape: [] },
} as const;

/** A bound or nominated pod went, or one that holds what the pending pod needs was scaled down. */
export function podChangeHelps({ pod, before, after }: HintInput): boolean {
  const was = cast<Pod>(before);
  const is = cast<Pod | undefined>(after);
  if (is === undefined) return (was.spec.nodeName ?? "") !== "" || (was.status?.nominatedNodeName ?? "") !== "";
  if (podUid(is) === podUid(pod)) return true;
  if ((is.spec.nodeName ?? "") === "") return false;
  const wanted = specInfo(pod).requests;
  const old = accounted(was).requests;
  const now = accounted(is).requests;
  if (wanted.cpuMilli > 0 && now.cpuMilli < old.cpuMilli) return true;
  if (wanted.memory > 0 && now.memory < old.memory) return true;
  if (wanted.ephemeralStorage > 0 && now.ephemeralStorage < old.ephemeralStorage) return true;
  return wanted.scalars.some(([name, asked]) => asked > 0 && scalar(now.scalars, name) < scalar(old.scalars, name));
}

/** The pod fits the node when empty, and the node is new or offers more of what the pod asks for. */
export function nodeChangeHelps({ pod, before, after }: HintInput): boolean {
  const is = emptyWith(cast<Node>(after));
  const wanted = specInfo(pod).requests;
  if (insufficientResources(wanted, is, NO_EXCEPTIONS) !== undefined) return false;
  if (before === undefined) return true;
  const was = emptyWith(cast<Node>(before));
  if (is.allowedPods > was.allowedPods) return true;
  const now = is.allocatable;
  const old = was.allocatable;
  if (wanted.cpuMilli > 0 && now.cpuMilli > old.cpuMilli) return true;
  if (wanted.memory > 0 && now.memory > old.memory) return true;
  if (wanted.ephemeralStorage > 0 && now.ephemeralStorage > old.ephemeralStorage) return true;
  return wanted.scalars.some(
    ([name, asked]) => asked > 0 && (now.scalars.get(name) ?? 0) > (old.scalars.get(name) ?? 0),
  );
}

function emptyWith(node: Node): NodeInfo {
  const info = emptyNodeInfo(node.metadata.name);
  setNode(info, node);
  return info;
}

function scalar(scalars: readonly (readonly [string, number])[], name: string): number {
  return scalars.find(([own]) => own === name)?.[1] ?? 0;
}

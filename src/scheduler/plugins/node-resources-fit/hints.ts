import type { ApiObject } from "../../../api/object.ts";
import type { Node, Pod } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import { emptyNodeInfo, setNode } from "../../cache/node-info.ts";
import type { NodeInfo } from "../../cache/node-info.ts";
import { accounted, podUid, specInfo } from "../../cache/pod-info.ts";
import type { Requests } from "../../cache/requests.ts";
import type { Objects } from "../../framework/objects.ts";
import type { HintInput } from "../../queue/event-registration.ts";
import { insufficientResources } from "./fits.ts";

const DEVICE_CLASS_PREFIX = "deviceclass.resource.kubernetes.io/";
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
export function nodeChangeHelps({ pod, before, after, objects }: HintInput): boolean {
  const is = emptyWith(cast<Node>(after));
  const wanted = specInfo(pod).requests;
  const delegated = delegatedTo(objects, wanted, is);
  const own = delegated.size === 0 ? wanted : { ...wanted, scalars: wanted.scalars.filter(([n]) => !delegated.has(n)) };
  if (insufficientResources(own, is, NO_EXCEPTIONS) !== undefined) return false;
  if (before === undefined) return true;
  const was = emptyWith(cast<Node>(before));
  if (is.allowedPods > was.allowedPods) return true;
  const now = is.allocatable;
  const old = was.allocatable;
  if (wanted.cpuMilli > 0 && now.cpuMilli > old.cpuMilli) return true;
  if (wanted.memory > 0 && now.memory > old.memory) return true;
  if (wanted.ephemeralStorage > 0 && now.ephemeralStorage > old.ephemeralStorage) return true;
  return wanted.scalars.some(
    ([name, asked]) =>
      asked > 0 && ((now.scalars.get(name) ?? 0) > (old.scalars.get(name) ?? 0) || delegated.has(name)),
  );
}

/** A device class came to stand for an extended resource that the pod asks for; a new class has an implicit one too. */
export function deviceClassHelps({ pod, before, after }: HintInput): boolean {
  const is = extendedResourceOf(after);
  const { totals } = specInfo(pod);
  if (before === undefined) {
    if (after !== undefined && totals.has(DEVICE_CLASS_PREFIX + after.metadata.name)) return true;
  } else if ((extendedResourceOf(before) ?? "") === (is ?? "")) return false;
  return is !== undefined && totals.has(is);
}

/** Extended resources of which the node itself has none, but for which a device class stands. */
function delegatedTo(objects: Objects, { scalars }: Requests, { allocatable }: NodeInfo): ReadonlySet<string> {
  const delegated = new Set<string>();
  for (const [name, asked] of scalars) {
    if (asked === 0 || (allocatable.scalars.get(name) ?? 0) > 0) continue;
    for (const deviceClass of objects.list("deviceclasses.resource.k8s.io"))
      if (name === extendedResourceOf(deviceClass) || name === DEVICE_CLASS_PREFIX + deviceClass.metadata.name)
        delegated.add(name);
  }
  return delegated;
}

function extendedResourceOf(deviceClass: ApiObject | undefined): string | undefined {
  return cast<{ readonly spec?: { readonly extendedResourceName?: string } } | undefined>(deviceClass)?.spec
    ?.extendedResourceName;
}

function emptyWith(node: Node): NodeInfo {
  const info = emptyNodeInfo(node.metadata.name);
  setNode(info, node);
  return info;
}

function scalar(scalars: readonly (readonly [string, number])[], name: string): number {
  return scalars.find(([own]) => own === name)?.[1] ?? 0;
}

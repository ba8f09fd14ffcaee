import type { PluginArgs } from "../../framework/args.ts";
import type { NodeInfo } from "../../cache/node-info.ts";
import type { Requests } from "../../cache/requests.ts";
import { isExtendedResource } from "../../cache/requests.ts";

/** What a node lacks for a pod. */
export interface Insufficient {
  readonly reasons: readonly string[];
  /** The node could not hold the pod even without other pods. */
  readonly unresolvable: boolean;
}

type FitArgs = PluginArgs["NodeResourcesFit"];

/** All resources that are short on the node; undefined when the pod fits. */
export function insufficientResources(wanted: Requests, node: NodeInfo, args: FitArgs): Insufficient | undefined {
  let reasons: string[] | undefined;
  let unresolvable = false;
  if (node.pods.length + 1 > node.allowedPods) reasons = ["Too many pods"];
  const { allocatable, requested } = node;
  const check = (reason: string, asked: number, capacity: number, used: number): void => {
    if (asked <= 0 || asked <= capacity - used) return;
    reasons ??= [];
    reasons.push(reason);
    if (asked > capacity) unresolvable = true;
  };
  check("Insufficient cpu", wanted.cpuMilli, allocatable.cpuMilli, requested.cpuMilli);
  check("Insufficient memory", wanted.memory, allocatable.memory, requested.memory);
  check(
    "Insufficient ephemeral-storage",
    wanted.ephemeralStorage,
    allocatable.ephemeralStorage,
    requested.ephemeralStorage,
  );
  for (const [name, asked] of wanted.scalars) {
    if (asked === 0 || ignored(name, args)) continue;
    check(`Insufficient ${name}`, asked, allocatable.scalars.get(name) ?? 0, requested.scalars.get(name) ?? 0);
  }
  return reasons === undefined ? undefined : { reasons, unresolvable };
}

function ignored(name: string, args: FitArgs): boolean {
  if (args.ignoredResources.length === 0 && args.ignoredResourceGroups.length === 0) return false;
  if (!isExtendedResource(name)) return false;
  return args.ignoredResources.includes(name) || args.ignoredResourceGroups.includes(name.slice(0, name.indexOf("/")));
}

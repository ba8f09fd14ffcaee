import { DefaultBinder } from "../plugins/default-binder/plugin.ts";
import { DefaultPreemption } from "../plugins/default-preemption/plugin.ts";
import { DynamicResources } from "../plugins/dynamic-resources/plugin.ts";
import { ImageLocality } from "../plugins/image-locality/plugin.ts";
import { InterPodAffinity } from "../plugins/inter-pod-affinity/plugin.ts";
import { NodeAffinity } from "../plugins/node-affinity/plugin.ts";
import { NodeDeclaredFeatures } from "../plugins/node-declared-features/plugin.ts";
import { NodeName } from "../plugins/node-name/plugin.ts";
import { NodePorts } from "../plugins/node-ports/plugin.ts";
import { NodeResourcesBalancedAllocation } from "../plugins/node-resources-balanced-allocation/plugin.ts";
import { NodeResourcesFit } from "../plugins/node-resources-fit/plugin.ts";
import { NodeUnschedulable } from "../plugins/node-unschedulable/plugin.ts";
import { NodeVolumeLimits } from "../plugins/node-volume-limits/plugin.ts";
import { PodTopologySpread } from "../plugins/pod-topology-spread/plugin.ts";
import { PrioritySort } from "../plugins/priority-sort/plugin.ts";
import { SchedulingGates } from "../plugins/scheduling-gates/plugin.ts";
import { TaintToleration } from "../plugins/taint-toleration/plugin.ts";
import { VolumeBinding } from "../plugins/volume-binding/plugin.ts";
import { VolumeRestrictions } from "../plugins/volume-restrictions/plugin.ts";
import { VolumeZone } from "../plugins/volume-zone/plugin.ts";
import { InputError } from "../../base/input-error.ts";
import type { Plugin } from "./plugin.ts";

/** All plugins in the order of the default profile's MultiPoint, which decides whose rejection is told. */
export const REGISTRY: readonly Plugin[] = [
  SchedulingGates,
  PrioritySort,
  NodeUnschedulable,
  NodeName,
  TaintToleration,
  NodeAffinity,
  NodePorts,
  NodeResourcesFit,
  VolumeRestrictions,
  NodeVolumeLimits,
  VolumeBinding,
  VolumeZone,
  PodTopologySpread,
  InterPodAffinity,
  DynamicResources,
  DefaultPreemption,
  NodeResourcesBalancedAllocation,
  ImageLocality,
  DefaultBinder,
  NodeDeclaredFeatures,
];

/** Weights of the default profile's score plugins. */
export const DEFAULT_WEIGHTS: { readonly [plugin: string]: number } = {
  TaintToleration: 3,
  NodeAffinity: 2,
  NodeResourcesFit: 1,
  PodTopologySpread: 2,
  InterPodAffinity: 2,
  DynamicResources: 2,
  NodeResourcesBalancedAllocation: 1,
  ImageLocality: 1,
};

/** Plugins that a user has brought: code, as what is imported is; a run sees of them what its configuration enables. */
const outOfTree = new Map<string, Plugin>();

/** Makes a plugin of the user's own known, so that configurations may enable it (upstream's app.WithPlugin). */
export function registerPlugin(plugin: Plugin): void {
  const { name } = plugin;
  const known = pluginNamed(name);
  if (known !== undefined && known !== plugin) throw new InputError(`a plugin named ${name} already exists`);
  if (known === undefined) outOfTree.set(name, plugin);
}

/** Whether the plugin is one of kube-scheduler's own. */
export function isInTree(plugin: Plugin): boolean {
  return REGISTRY.some(({ name }) => name === plugin.name);
}

/** The plugin of that name, in-tree or the user's own. */
export function pluginNamed(name: string): Plugin | undefined {
  return REGISTRY.find((plugin) => plugin.name === name) ?? outOfTree.get(name);
}

import fc from "fast-check";
import { z } from "zod";
import type { Node } from "../../api/types/core-v1.ts";
import { compareText } from "../../base/order.ts";
import { cast } from "../../base/units.ts";
import type { World } from "../../cluster/world.ts";
import { text, whole } from "../plan/fields.ts";
import type { Heartbeats } from "./fault.ts";

/** Something by name, or the (n mod count)-th of those that exist, by name order. */
export type Pick = string | number;

/** Schema of a pick. */
export const pick: z.ZodType<Pick> = z.union([whole(0), text], { error: "expected a name or the number of one" });

/** Any number; resolved modulo what exists, so its size means nothing. */
export const anyPick: fc.Arbitrary<number> = fc.nat({ max: 1023 });

const ZONE = "topology.kubernetes.io/zone";

/** The control plane's own processes, which exist once each. */
export const CONTROL_PLANE: readonly string[] = ["kube-controller-manager", "kube-scheduler"];

/** The name that a pick means; undefined when there is nothing to choose from, or nothing of that name. */
export function picked(chosen: Pick, names: readonly string[]): string | undefined {
  if (typeof chosen === "string") return names.includes(chosen) ? chosen : undefined;
  return names.length === 0 ? undefined : names[chosen % names.length];
}

/** Names of the nodes that have a machine, in order. */
export function nodeNames(world: World): string[] {
  const names = new Set<string>();
  for (const process of world.processes) if (process.node !== undefined) names.add(process.node);
  return [...names].sort(compareText);
}

/** Zones of the nodes, in order. */
export function zoneNames(world: World): string[] {
  const zones = new Set<string>();
  for (const node of world.objects("nodes").values()) {
    const zone = node.metadata.labels?.[ZONE];
    if (zone !== undefined) zones.add(zone);
  }
  return [...zones].sort(compareText);
}

/** Names of the nodes in a zone, in order. */
export function nodesIn(world: World, zone: string): string[] {
  const names: string[] = [];
  for (const node of world.objects("nodes").values())
    if (cast<Node>(node).metadata.labels?.[ZONE] === zone) names.push(node.metadata.name);
  return names.sort(compareText);
}

/** A choice of a process: a name, or a component with the number of a node: {component: kubelet, node: 3}. */
export type ProcessPick = string | { readonly component: string; readonly node: Pick };

/** Schema of a process. */
export const processPick: z.ZodType<ProcessPick> = z.union([text, z.strictObject({ component: text, node: pick })], {
  error: "expected the name of a process, or {component: kubelet, node: 0}",
});

/** Any component; the scheduler and the controllers as often as those of nodes. */
export const anyProcess: fc.Arbitrary<ProcessPick> = fc.oneof(
  fc.constantFrom(...CONTROL_PLANE),
  fc.record({ component: fc.constantFrom("kubelet", "kube-proxy"), node: anyPick }),
);

/** The process that is meant; undefined when there is none. The user is no process that a fault may touch. */
export function processOf(chosen: ProcessPick, world: World): string | undefined {
  const names = world.processes.map((process) => process.name).filter((name) => name !== "kubectl" && name !== "etcd");
  if (typeof chosen === "string") return names.includes(chosen) ? chosen : undefined;
  const prefix = `${chosen.component}/`;
  if (names.includes(chosen.component)) return chosen.component;
  const node = picked(
    chosen.node,
    names
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .sort(compareText),
  );
  return node === undefined ? undefined : `${prefix}${node}`;
}

/** The API servers, in order. */
export function apiServersOf(world: World): string[] {
  return world.processes.map(({ name }) => name).filter((name) => /^kube-apiserver(\/|$)/.test(name));
}

/** Resources that a component watches. */
export function watchedBy(process: string): readonly string[] {
  if (process.startsWith("kubelet")) return ["pods", "nodes"];
  if (process.startsWith("kube-proxy")) return ["services", "endpointslices.discovery.k8s.io", "nodes"];
  if (process.startsWith("kube-scheduler")) return ["pods", "nodes"];
  return ["pods", "replicasets.apps", "deployments.apps", "nodes", "services", "endpointslices.discovery.k8s.io"];
}

/** The nodes whose heartbeats trouble with a process concerns: its own, or all when it is the one that receives them. */
export function heartbeatsOf(process: string | undefined): Heartbeats {
  if (process === undefined) return [];
  if (process === "all" || process === "kube-controller-manager" || process.startsWith("kube-apiserver")) return "all";
  return process.startsWith("kubelet/") ? [process.slice("kubelet/".length)] : [];
}

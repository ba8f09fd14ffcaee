import type { Node } from "../../api/types/core-v1.ts";

/** Node names by zone, zones and names in the order in which they came. Plain data. */
export interface NodeTree {
  readonly zones: Map<string, string[]>;
  readonly zoneOf: Map<string, string>;
}

/** A tree without nodes. */
export function emptyNodeTree(): NodeTree {
  return { zones: new Map(), zoneOf: new Map() };
}

/** Region and zone of a node, the legacy labels before the current ones; "" when it has neither. */
export function zoneKey(node: Node): string {
  const labels = node.metadata.labels;
  if (labels === undefined) return "";
  const zone = labels["failure-domain.beta.kubernetes.io/zone"] ?? labels["topology.kubernetes.io/zone"] ?? "";
  const region = labels["failure-domain.beta.kubernetes.io/region"] ?? labels["topology.kubernetes.io/region"] ?? "";
  return region === "" && zone === "" ? "" : `${region}:\0:${zone}`;
}

/** Adds a node, or moves it to the end of its new zone when its labels name another one. */
export function putInTree(tree: NodeTree, node: Node): void {
  const name = node.metadata.name;
  const zone = zoneKey(node);
  const before = tree.zoneOf.get(name);
  if (before === zone) return;
  if (before !== undefined) removeFromTree(tree, name);
  const names = tree.zones.get(zone);
  if (names === undefined) tree.zones.set(zone, [name]);
  else names.push(name);
  tree.zoneOf.set(name, zone);
}

/** Removes a node; a zone without nodes vanishes and would come back last. */
export function removeFromTree(tree: NodeTree, name: string): void {
  const zone = tree.zoneOf.get(name);
  if (zone === undefined) return;
  tree.zoneOf.delete(name);
  const names = tree.zones.get(zone) ?? [];
  names.splice(names.indexOf(name), 1);
  if (names.length === 0) tree.zones.delete(zone);
}

/** All names, one of every zone in turn: zones a(1,2,3) b(4) give 1 4 2 3. */
export function listTree(tree: NodeTree): string[] {
  const zones = [...tree.zones.values()];
  const order: string[] = [];
  for (let i = 0; order.length < tree.zoneOf.size; i += 1) {
    for (const names of zones) {
      const name = names[i];
      if (name !== undefined) order.push(name);
    }
  }
  return order;
}

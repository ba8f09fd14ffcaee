import type { Node } from "../../api/types/core-v1.ts";
import type { ImageSummary, NodeInfo } from "./node-info.ts";

/** Images in the cluster by name: the size told by the first node that has it, and who has it. Plain data. */
export interface ImageStates {
  readonly byName: Map<string, { size: number; readonly nodes: Set<string> }>;
  /** Image names of each node. */
  readonly namesOf: Map<string, readonly string[]>;
  /** Grows with every change. */
  version: number;
}

/** No images yet. */
export function emptyImageStates(): ImageStates {
  return { byName: new Map(), namesOf: new Map(), version: 0 };
}

/** Takes over the images of a node's status in place of those known before. */
export function setNodeImages(states: ImageStates, node: Node | undefined, nodeName: string): void {
  const images = node?.status?.images;
  const before = states.namesOf.get(nodeName);
  if (before === undefined && (images === undefined || images.length === 0)) return;
  states.version += 1;
  for (const name of before ?? []) {
    const state = states.byName.get(name);
    state?.nodes.delete(nodeName);
    if (state?.nodes.size === 0) states.byName.delete(name);
  }
  const names: string[] = [];
  for (const image of images ?? []) {
    for (const name of image.names ?? []) {
      const state = states.byName.get(name);
      if (state === undefined) states.byName.set(name, { size: image.sizeBytes ?? 0, nodes: new Set([nodeName]) });
      else state.nodes.add(nodeName);
      names.push(name);
    }
  }
  if (names.length === 0) states.namesOf.delete(nodeName);
  else states.namesOf.set(nodeName, names);
}

/** What a snapshot freezes for one node: later changes of other nodes' images show only when this node changes again. */
export function freezeImages(states: ImageStates, info: NodeInfo): void {
  info.imagesFrozenAt = states.version;
  const names = states.namesOf.get(info.name);
  if (names === undefined) {
    if (info.images.size > 0) info.images = new Map();
    return;
  }
  const frozen = new Map<string, ImageSummary>();
  for (const name of names) {
    const state = states.byName.get(name);
    if (state !== undefined) frozen.set(name, { size: state.size, nodes: state.nodes.size });
  }
  info.images = frozen;
}

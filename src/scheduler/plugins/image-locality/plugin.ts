import type { Pod } from "../../../api/types/core-v1.ts";
import { specInfo } from "../../cache/pod-info.ts";
import type { Plugin } from "../../framework/plugin.ts";

const MEBIBYTE = 1024 * 1024;
const MIN_THRESHOLD = 23 * MEBIBYTE;
const MAX_CONTAINER_THRESHOLD = 1000 * MEBIBYTE;

/** Prefers nodes that have the pod's images, the more so the bigger and the more widespread they are. */
export const ImageLocality: Plugin = {
  name: "ImageLocality",
  local: true,
  podless: true,
  score({ pod, snapshot }, node) {
    if (node.images.size === 0) return 0;
    const total = snapshot.list.length;
    let sum = 0;
    for (const image of imagesOf(pod)) {
      const state = node.images.get(image);
      if (state !== undefined) sum += Math.trunc(state.size * (state.nodes / total));
    }
    const containers = (pod.spec.initContainers?.length ?? 0) + pod.spec.containers.length;
    const max = MAX_CONTAINER_THRESHOLD * containers;
    const clamped = sum < MIN_THRESHOLD ? MIN_THRESHOLD : sum > max ? max : sum;
    return Math.trunc((100 * (clamped - MIN_THRESHOLD)) / (max - MIN_THRESHOLD));
  },
};

/** Normalized names of the images of init containers, containers and image volumes. */
export function imagesOf(pod: Pod): readonly string[] {
  const info = specInfo(pod);
  if (info.images === undefined) {
    const all: string[] = [];
    for (const container of pod.spec.initContainers ?? []) all.push(withTag(container.image ?? ""));
    for (const container of pod.spec.containers) all.push(withTag(container.image ?? ""));
    for (const volume of pod.spec.volumes ?? [])
      if (volume.image !== undefined) all.push(withTag(volume.image.reference ?? ""));
    info.images = all;
  }
  return info.images;
}

/** "nginx" is "nginx:latest"; a colon before the last slash is a port. */
function withTag(image: string): string {
  return image.lastIndexOf(":") <= image.lastIndexOf("/") ? `${image}:latest` : image;
}

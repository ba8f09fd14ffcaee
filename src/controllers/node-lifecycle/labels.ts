import type { Node } from "../../api/types/core-v1.ts";
import type { Write } from "../../client/controller.ts";
import { patch } from "../requests.ts";

const MIRRORED: readonly (readonly [primary: string, secondary: string])[] = [
  ["kubernetes.io/os", "beta.kubernetes.io/os"],
  ["kubernetes.io/arch", "beta.kubernetes.io/arch"],
];

/** PATCH that brings the old labels for operating system and architecture in step with the present ones. */
export function labelSync({ metadata }: Node): Write | undefined {
  const labels: { [key: string]: string } = {};
  for (const [primary, secondary] of MIRRORED) {
    const value = metadata.labels?.[primary];
    if (value !== undefined && metadata.labels?.[secondary] !== value) labels[secondary] = value;
  }
  if (Object.keys(labels).length === 0) return undefined;
  return patch({ resource: "nodes", name: metadata.name }, "strategic", { metadata: { labels } });
}

import type { Pod } from "../../api/types/core-v1.ts";

/** What a pod uses that no plugin judges as upstream would; undefined when all is covered. */
export function unsupportedFor(pod: Pod): string | undefined {
  return (pod.spec.resourceClaims?.length ?? 0) > 0 ? "resourceClaims" : undefined;
}

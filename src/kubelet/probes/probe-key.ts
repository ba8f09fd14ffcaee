import type { ProbeKind } from "./probe-worker.ts";

/** The key of a probe worker within its pod. */
export function probeKey(kind: ProbeKind, container: string): string {
  return `${kind}/${container}`;
}

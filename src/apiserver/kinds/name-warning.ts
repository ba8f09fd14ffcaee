import { dottedName } from "../validation/pod-spec.ts";

/** The warning for workloads whose name cannot be a hostname. */
export function podNameWarnings(name: string): readonly string[] {
  const problems = dottedName(name);
  if (problems.length === 0) return [];
  return [
    `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${problems.join(", ")}]`,
  ];
}

import { compareText } from "../../base/order.ts";
import type { NamespaceCondition } from "../../api/types/core-v1.ts";

/** What a deletion of all content left behind. */
export interface Remains {
  /** Number of objects left, by resource ("pods", "deployments.apps"). */
  readonly resources: ReadonlyMap<string, number>;
  /** Number of objects that a finalizer holds, by finalizer. */
  readonly finalizers: ReadonlyMap<string, number>;
  readonly errors: readonly string[];
}

type Finding = readonly [status: "True" | "False", reason: string, message: string];

/** The conditions of a terminating namespace; the same array when nothing changed. */
export function deletionConditions(
  conditions: readonly NamespaceCondition[],
  remains: Remains,
  time: string,
): readonly NamespaceCondition[] {
  const findings: readonly (readonly [type: string, finding: Finding])[] = [
    ["NamespaceDeletionDiscoveryFailure", ["False", "ResourcesDiscovered", "All resources successfully discovered"]],
    [
      "NamespaceDeletionGroupVersionParsingFailure",
      ["False", "ParsedGroupVersions", "All legacy kube types successfully parsed"],
    ],
    ["NamespaceDeletionContentFailure", contentFailure(remains.errors)],
    ["NamespaceContentRemaining", contentRemaining(remains.resources)],
    ["NamespaceFinalizersRemaining", finalizersRemaining(remains.finalizers)],
  ];
  let after = conditions;
  for (const [type, [status, reason, message]] of findings) {
    const old = after.find((condition) => condition.type === type);
    if (old?.status === status && old.reason === reason && old.message === message) continue;
    const lastTransitionTime = old?.status === status ? (old.lastTransitionTime ?? time) : time;
    const fresh: NamespaceCondition = { type, status, lastTransitionTime, reason, message };
    after = old === undefined ? [...after, fresh] : after.map((condition) => (condition === old ? fresh : condition));
  }
  return after;
}

function contentFailure(errors: readonly string[]): Finding {
  if (errors.length === 0)
    return ["False", "ContentDeleted", "All content successfully deleted, may be waiting on finalization"];
  const list = [...errors].sort(compareText).join(", ");
  return ["True", "ContentDeletionFailed", `Failed to delete all resource types, ${errors.length} remaining: ${list}`];
}

function contentRemaining(resources: ReadonlyMap<string, number>): Finding {
  const parts = [...resources].filter(([, count]) => count > 0);
  if (parts.length === 0) return ["False", "ContentRemoved", "All content successfully removed"];
  const list = parts
    .map(([resource, count]) => `${resource.includes(".") ? resource : `${resource}.`} has ${count} resource instances`)
    .sort(compareText)
    .join(", ");
  return ["True", "SomeResourcesRemain", `Some resources are remaining: ${list}`];
}

function finalizersRemaining(finalizers: ReadonlyMap<string, number>): Finding {
  const parts = [...finalizers].filter(([, count]) => count > 0);
  if (parts.length === 0) return ["False", "ContentHasNoFinalizers", "All content-preserving finalizers finished"];
  const list = parts
    .map(([finalizer, count]) => `${finalizer} in ${count} resource instances`)
    .sort(compareText)
    .join(", ");
  return ["True", "SomeFinalizersRemain", `Some content in the namespace has finalizers remaining: ${list}`];
}

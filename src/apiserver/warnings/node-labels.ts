import { labelValueProblems } from "../../api/label-query.ts";
import type { NodeSelectorTerm } from "../../api/types/core-v1.ts";

/** Labels of nodes that have a successor, with what to use instead. */
const DEPRECATED: { readonly [label: string]: string } = {
  "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
  "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  "app.kubernetes.io/created-by": "deprecated since v1.9",
  "scheduler.alpha.kubernetes.io/preferAvoidPods": "deprecated since v1.22; use Taints and Tolerations instead",
  "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
};

/** What to say of a label of nodes that is not to be used any more. */
export function deprecatedLabel(label: string): string | undefined {
  return Object.hasOwn(DEPRECATED, label) ? DEPRECATED[label] : undefined;
}

/** Warnings about a term that selects nodes. */
export function nodeTermWarnings(term: NodeSelectorTerm, at: string, checksValues: boolean): readonly string[] {
  const warnings: string[] = [];
  for (const [i, { key, values }] of (term.matchExpressions ?? []).entries()) {
    const message = deprecatedLabel(key);
    if (message !== undefined) warnings.push(`${at}.matchExpressions[${i}].key: ${key} is ${message}`);
    if (!checksValues) continue;
    for (const [j, value] of (values ?? []).entries())
      for (const problem of labelValueProblems(value))
        warnings.push(`${at}.matchExpressions[${i}].values[${j}]: ${value} is invalid, ${problem}`);
  }
  return warnings;
}

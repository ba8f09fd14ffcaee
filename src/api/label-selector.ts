import type { LabelSelector, LabelSelectorRequirement } from "./types/meta-v1.ts";

export type Labels = { readonly [key: string]: string } | undefined;

/** metav1.LabelSelectorAsSelector: nil matches nothing, the empty selector matches everything. */
export function selectorMatches(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false;
  for (const key in selector.matchLabels) if (labels?.[key] !== selector.matchLabels[key]) return false;
  for (const requirement of selector.matchExpressions ?? []) if (!requirementMatches(requirement, labels)) return false;
  return true;
}

/** A plain map selector (Service, ReplicationController): empty or nil matches nothing. */
export function mapSelectorMatches(selector: Labels, labels: Labels): boolean {
  if (selector === undefined) return false;
  let any = false;
  for (const key in selector) {
    if (labels?.[key] !== selector[key]) return false;
    any = true;
  }
  return any;
}

/** One requirement; NotIn and DoesNotExist also hold when the key is absent. */
export function requirementMatches(requirement: LabelSelectorRequirement, labels: Labels): boolean {
  const value = labels?.[requirement.key];
  switch (requirement.operator) {
    case "In":
      return value !== undefined && (requirement.values ?? []).includes(value);
    case "NotIn":
      return value === undefined || !(requirement.values ?? []).includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}

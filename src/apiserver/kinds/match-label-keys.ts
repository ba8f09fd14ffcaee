import type { LabelSelector, LabelSelectorRequirement } from "../../api/types/meta-v1.ts";
import type { Affinity, Pod, PodAffinityTerm } from "../../api/types/core-v1.ts";
import type { Labels } from "../../api/label-selector.ts";
import { mapItems } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";

interface Keyed {
  readonly labelSelector?: LabelSelector;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

/** The pod with the values of its own labels under matchLabelKeys put into the selectors that name them. */
export function withMatchLabelKeys(pod: Pod): Pod {
  const { spec } = pod;
  const { labels } = pod.metadata;
  let result = spec;
  if (spec.topologySpreadConstraints !== undefined)
    result = withField(
      result,
      "topologySpreadConstraints",
      mapItems(spec.topologySpreadConstraints, (term) => keyed(term, labels)),
    );
  if (spec.affinity !== undefined) result = withField(result, "affinity", keyedAffinity(spec.affinity, labels));
  return result === spec ? pod : { ...pod, spec: result };
}

function keyedAffinity(affinity: Affinity, labels: Labels): Affinity {
  let result = affinity;
  for (const kind of ["podAffinity", "podAntiAffinity"] as const) {
    const group = result[kind];
    if (group === undefined) continue;
    let changed = group;
    const required = group.requiredDuringSchedulingIgnoredDuringExecution;
    const preferred = group.preferredDuringSchedulingIgnoredDuringExecution;
    if (required !== undefined)
      changed = withField(
        changed,
        "requiredDuringSchedulingIgnoredDuringExecution",
        mapItems(required, (term) => keyed<PodAffinityTerm>(term, labels)),
      );
    if (preferred !== undefined)
      changed = withField(
        changed,
        "preferredDuringSchedulingIgnoredDuringExecution",
        mapItems(preferred, (term) =>
          withField(term, "podAffinityTerm", keyed<PodAffinityTerm>(term.podAffinityTerm, labels)),
        ),
      );
    result = withField(result, kind, changed);
  }
  return result;
}

function keyed<T extends Keyed>(term: T, labels: Labels): T {
  const { labelSelector, matchLabelKeys, mismatchLabelKeys } = term;
  if (labelSelector === undefined || (matchLabelKeys === undefined && mismatchLabelKeys === undefined)) return term;
  const added = [...requirements(matchLabelKeys, "In", labels), ...requirements(mismatchLabelKeys, "NotIn", labels)];
  if (added.length === 0) return term;
  const matchExpressions = [...(labelSelector.matchExpressions ?? []), ...added];
  return { ...term, labelSelector: { ...labelSelector, matchExpressions } };
}

function requirements(
  keys: readonly string[] | undefined,
  operator: string,
  labels: Labels,
): readonly LabelSelectorRequirement[] {
  return (keys ?? []).flatMap((key) => {
    const value = labels?.[key];
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
}

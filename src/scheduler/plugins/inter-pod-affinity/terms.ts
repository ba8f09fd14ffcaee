import type { Labels } from "../../../api/label-selector.ts";
import { selectorMatches } from "../../../api/label-selector.ts";
import type { LabelSelector } from "../../../api/types/meta-v1.ts";
import type { Namespace, Pod, PodAffinityTerm } from "../../../api/types/core-v1.ts";
import { cast } from "../../../base/units.ts";
import type { Objects } from "../../framework/objects.ts";

/** An affinity term with its namespaces resolved. */
export interface Term {
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: LabelSelector | undefined;
  readonly labelSelector: LabelSelector | undefined;
  readonly topologyKey: string;
}

const resolvedTerms = new WeakMap<readonly PodAffinityTerm[], Map<string, readonly Term[]>>();

/** Terms of a pod in `namespace`: without namespaces and selector a term means the pod's own namespace. */
export function termsOf(terms: readonly PodAffinityTerm[], namespace: string | undefined): readonly Term[] {
  if (terms.length === 0) return [];
  const own = namespace ?? "";
  let known = resolvedTerms.get(terms);
  if (known === undefined) {
    known = new Map();
    resolvedTerms.set(terms, known);
  }
  let resolved = known.get(own);
  if (resolved === undefined) {
    resolved = terms.map((term) => termOf(term, own));
    known.set(own, resolved);
  }
  return resolved;
}

/** One term of a pod in `own`. */
export function termOf(term: PodAffinityTerm, own: string): Term {
  const { namespaces = [], namespaceSelector, labelSelector, topologyKey } = term;
  const unspecified = namespaces.length === 0 && namespaceSelector === undefined;
  return { namespaces: new Set(unspecified ? [own] : namespaces), namespaceSelector, labelSelector, topologyKey };
}

/** A term of the incoming pod, with the namespaces that its selector picks now added by name. */
export function withNamespaces(term: Term, objects: Objects): Term {
  const { namespaceSelector } = term;
  if (namespaceSelector === undefined || isEmptySelector(namespaceSelector)) return term;
  const namespaces = new Set(term.namespaces);
  for (const object of objects.list("namespaces")) {
    const { name, labels } = cast<Namespace>(object).metadata;
    if (selectorMatches(namespaceSelector, labels)) namespaces.add(name);
  }
  return { ...term, namespaces };
}

/** Whether a pod is one that the term means; `namespaceLabels` are those of the pod's namespace, where they are asked. */
export function termMatches(term: Term, pod: Pod, namespaceLabels: Labels): boolean {
  if (!term.namespaces.has(pod.metadata.namespace ?? "") && !selectorMatches(term.namespaceSelector, namespaceLabels))
    return false;
  return selectorMatches(term.labelSelector, pod.metadata.labels);
}

/** Whether a pod is meant by all of the terms; no terms mean no pod. */
export function matchesAllTerms(terms: readonly Term[], pod: Pod): boolean {
  if (terms.length === 0) return false;
  for (const term of terms) if (!termMatches(term, pod, undefined)) return false;
  return true;
}

/** Labels of a namespace; undefined when it is not known. */
export function namespaceLabels(objects: Objects, namespace: string | undefined): Labels {
  return objects.get("namespaces", namespace ?? "")?.metadata.labels;
}

function isEmptySelector(selector: LabelSelector): boolean {
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions?.length ?? 0) === 0;
}

import { quantityMilli, quantityValue } from "../../api/quantity.ts";
import type { Container, Node, Pod } from "../../api/types/core-v1.ts";

/** Amounts by resource name: milli-CPU for "cpu", whole units for the rest; "pods" counts pods. */
export type Amounts = { readonly [resource: string]: number };

type Quantities = { readonly [resource: string]: string } | undefined;

/**
 * What the pod's spec asks of a node, as resourcehelper.PodRequests adds it up: sum of containers and sidecars, at least
 * each init container beside the sidecars before it, pod-level figures instead where given, overhead on top; 1 pod.
 */
export function podRequests(pod: Pod): Amounts {
  let known = requestsBySpec.get(pod.spec);
  if (known === undefined) requestsBySpec.set(pod.spec, (known = addUp(pod)));
  return known;
}

/** Specs and statuses are immutable, so that what follows from them can be kept as long as they are. */
const requestsBySpec = new WeakMap<object, Amounts>();
const allocatableByStatus = new WeakMap<object, Amounts>();

function addUp(pod: Pod): Amounts {
  const sum: { [resource: string]: number } = {};
  for (const container of pod.spec.containers) add(sum, requestsOf(container));
  const sidecars: { [resource: string]: number } = {};
  const peak: { [resource: string]: number } = {};
  for (const container of pod.spec.initContainers ?? []) {
    const own = requestsOf(container);
    if (container.restartPolicy === "Always") {
      add(sum, own);
      add(sidecars, own);
      raise(peak, sidecars);
    } else {
      const both = { ...sidecars };
      add(both, own);
      raise(peak, both);
    }
  }
  raise(sum, peak);
  Object.assign(sum, amounts(pod.spec.resources?.requests));
  add(sum, amounts(pod.spec.overhead));
  sum["pods"] = 1;
  return sum;
}

/** What the node offers to pods. */
export function allocatable(node: Node): Amounts {
  const list = node.status?.allocatable;
  if (list === undefined) return {};
  let known = allocatableByStatus.get(list);
  if (known === undefined) allocatableByStatus.set(list, (known = amounts(list)));
  return known;
}

/** Adds `more` to `sum` in place; `sign` -1 takes it away. */
export function add(sum: { [resource: string]: number }, more: Amounts, sign: 1 | -1 = 1): void {
  for (const name in more) sum[name] = (sum[name] ?? 0) + sign * (more[name] ?? 0);
}

/** The first resource of `wanted` that, on top of `used`, exceeds `offered`; undefined when all fit. */
export function firstShortage(wanted: Amounts, used: Amounts, offered: Amounts): string | undefined {
  for (const name in wanted) {
    const want = wanted[name] ?? 0;
    if (want > 0 && want + (used[name] ?? 0) > (offered[name] ?? 0)) return name;
  }
  return undefined;
}

function requestsOf(container: Container): Amounts {
  return amounts(container.resources?.requests);
}

function amounts(list: Quantities): Amounts {
  const result: { [resource: string]: number } = {};
  for (const name in list) result[name] = name === "cpu" ? quantityMilli(list[name]) : quantityValue(list[name]);
  return result;
}

function raise(target: { [resource: string]: number }, floor: Amounts): void {
  for (const name in floor) target[name] = Math.max(target[name] ?? 0, floor[name] ?? 0);
}

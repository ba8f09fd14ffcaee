import { canonicalQuantity } from "../../api/canonical-quantity.ts";
import { parseQuantity } from "../../api/quantity.ts";
import type { Container, Pod } from "../../api/types/core-v1.ts";
import { isSidecar } from "../restart-policy.ts";

/** An amount with the way in which it is printed. */
interface Amount {
  readonly nano: bigint;
  readonly binary: boolean;
}

type Amounts = Map<string, Amount>;
type Which = "requests" | "limits";

const NANO = 1_000_000_000n;

/** The effective requests or limits of a pod, all resources, as upstream prints them (resourcehelper.PodRequests, PodLimits). */
export function podTotals(pod: Pod, which: Which): { readonly [resource: string]: string } {
  const { containers, initContainers, resources, overhead } = pod.spec;
  const alone = containers.length === 1 && initContainers === undefined && resources === undefined && !overhead;
  if (alone) return canonical(containers[0]?.resources?.[which]);
  const totals = new Map<string, Amount>();
  for (const container of pod.spec.containers) add(totals, amountsOf(container, which));
  const sidecars = new Map<string, Amount>();
  const peak = new Map<string, Amount>();
  for (const container of pod.spec.initContainers ?? []) {
    const own = amountsOf(container, which);
    if (isSidecar(container)) {
      add(totals, own);
      add(sidecars, own);
      raise(peak, sidecars);
    } else {
      const together = new Map(own);
      add(together, sidecars);
      raise(peak, together);
    }
  }
  raise(totals, peak);
  for (const [resource, amount] of parsed(pod.spec.resources?.[which])) totals.set(resource, amount);
  for (const [resource, amount] of parsed(pod.spec.overhead)) {
    if (which === "limits" && !totals.has(resource)) continue;
    add(totals, new Map([[resource, amount]]));
  }
  const texts: { [resource: string]: string } = {};
  for (const [resource, amount] of totals) texts[resource] = print(amount);
  return texts;
}

/** The common case: a single container's own, each as it is printed. */
function canonical(list: { readonly [resource: string]: string } | undefined): { readonly [resource: string]: string } {
  const texts: { [resource: string]: string } = {};
  for (const resource in list) texts[resource] = printedAs(list[resource] ?? "0");
  return texts;
}

const printed = new Map<string, string>();
const PRINTED_MAX = 10_000;

function printedAs(text: string): string {
  let known = printed.get(text);
  if (known === undefined) {
    known = print(amountOf(text));
    if (printed.size < PRINTED_MAX) printed.set(text, known);
  }
  return known;
}

function amountOf(text: string): Amount {
  return { nano: parseQuantity(text) ?? 0n, binary: text.endsWith("i") };
}

function amountsOf(container: Container, which: Which): Amounts {
  return parsed(container.resources?.[which]);
}

function parsed(list: { readonly [resource: string]: string } | undefined): Amounts {
  const amounts: Amounts = new Map();
  for (const resource in list) {
    amounts.set(resource, amountOf(list[resource] ?? "0"));
  }
  return amounts;
}

function add(into: Amounts, more: Amounts): void {
  for (const [resource, { nano, binary }] of more) {
    const before = into.get(resource);
    const sum = before === undefined || before.nano === 0n ? { nano, binary } : { ...before, nano: before.nano + nano };
    into.set(resource, sum);
  }
}

function raise(into: Amounts, floor: Amounts): void {
  for (const [resource, amount] of floor) {
    const before = into.get(resource);
    if (before === undefined || before.nano < amount.nano) into.set(resource, amount);
  }
}

function print({ nano, binary }: Amount): string {
  const units = nano / NANO;
  if (binary && nano % NANO === 0n) {
    const text = units % 1024n === 0n ? `${units / 1024n}Ki` : String(units);
    return canonicalQuantity(text) ?? text;
  }
  return canonicalQuantity(`${nano}n`) ?? "0";
}

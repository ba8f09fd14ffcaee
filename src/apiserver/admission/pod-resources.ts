import { parseQuantity } from "../../api/quantity.ts";
import type { Container, PodSpec } from "../../api/types/core-v1.ts";

/** Nano-units by resource, and whether the amount was given in powers of 1024. */
export type Amounts = Map<string, { readonly nano: bigint; readonly inBinary: boolean }>;

/** Adds amounts to a sum. */
export function addAmounts(sum: Amounts, amounts: { readonly [name: string]: string } | undefined): void {
  for (const name in amounts) {
    const text = amounts[name] ?? "0";
    const before = sum.get(name);
    sum.set(name, {
      nano: (before?.nano ?? 0n) + (parseQuantity(text) ?? 0n),
      inBinary: before === undefined || before.nano === 0n ? text.endsWith("i") : before.inBinary,
    });
  }
}

/** What a pod asks for: the sum over its containers, at least what its largest init container needs, and the overhead. */
export function podTotal(spec: PodSpec, which: "requests" | "limits"): Amounts {
  const sum: Amounts = new Map();
  for (const { resources } of spec.containers) addAmounts(sum, resources?.[which]);
  const sidecars: Amounts = new Map();
  for (const container of spec.initContainers ?? []) {
    const own: Amounts = new Map(sidecars);
    addAmounts(own, container.resources?.[which]);
    if (isSidecar(container)) {
      addAmounts(sidecars, container.resources?.[which]);
      addAmounts(sum, container.resources?.[which]);
    }
    for (const [name, amount] of own) if ((sum.get(name)?.nano ?? -1n) < amount.nano) sum.set(name, amount);
  }
  if (which === "requests" || sum.size > 0) addAmounts(sum, spec.overhead);
  return sum;
}

function isSidecar(container: Container): boolean {
  return container.restartPolicy === "Always";
}

import { parseQuantity } from "./quantity.ts";
import type { Container, PodSpec } from "./types/core-v1.ts";

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

/**
 * What a pod asks for: the sum over its containers and sidecars, at least what its largest init container needs beside the
 * sidecars that run before it, and the overhead. 1 + a sidecar's 0.5 after an init container of 3: 3.
 */
export function podTotal(spec: PodSpec, which: "requests" | "limits"): Amounts {
  const sum: Amounts = new Map();
  for (const { resources } of spec.containers) addAmounts(sum, resources?.[which]);
  const sidecars: Amounts = new Map();
  const peaks: Amounts[] = [];
  for (const container of spec.initContainers ?? []) {
    const peak: Amounts = new Map(sidecars);
    addAmounts(peak, container.resources?.[which]);
    peaks.push(peak);
    if (!isSidecar(container)) continue;
    addAmounts(sidecars, container.resources?.[which]);
    addAmounts(sum, container.resources?.[which]);
  }
  for (const peak of peaks)
    for (const [name, amount] of peak) if ((sum.get(name)?.nano ?? -1n) < amount.nano) sum.set(name, amount);
  if (which === "requests" || sum.size > 0) addAmounts(sum, spec.overhead);
  return sum;
}

function isSidecar(container: Container): boolean {
  return container.restartPolicy === "Always";
}

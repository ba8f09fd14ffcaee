import { parseQuantity } from "../../api/quantity.ts";
import type { Node, Taint } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { jsonObjectProblem } from "../json-problem.ts";
import { validateLabels } from "../metadata.ts";
import { isLegacyCidr, legacyCidr, NOT_NEGATIVE, oneOf, qualifiedName } from "./common.ts";

const TAINT_EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/** Validates a Node: its annotations, taints, amounts and pod ranges. */
export function validateNode(node: Node, errors: FieldErrors): void {
  const { metadata, spec } = node;
  annotations(metadata.annotations ?? {}, errors);
  taints(spec?.taints ?? [], errors);
  amounts(node, errors);
  const cidrs = spec?.podCIDRs ?? [];
  for (const [i, cidr] of cidrs.entries()) legacyCidr(cidr, `spec.podCIDRs[${i}]`, errors);
  if (cidrs.length <= 1) return;
  const broken = cidrs.findIndex((cidr) => !isLegacyCidr(cidr));
  if (broken >= 0)
    errors.internal(
      "spec.podCIDRs",
      `invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[${broken}]: <nil> (invalid CIDR address: ${cidrs[broken] ?? ""})`,
    );
  const families = new Set(cidrs.map((cidr) => cidr.includes(":")));
  if (broken >= 0 || cidrs.length > 2 || families.size < 2)
    errors.invalid("spec.podCIDRs", cidrs, "may specify no more than one CIDR for each IP family");
}

function annotations(all: { readonly [key: string]: string }, errors: FieldErrors): void {
  const text = all["scheduler.alpha.kubernetes.io/preferAvoidPods"] ?? "";
  if (text === "") return;
  const problem = jsonObjectProblem(text);
  if (problem !== undefined)
    errors.invalid("metadata.annotations.AvoidPods", "scheduler.alpha.kubernetes.io/preferAvoidPods", problem);
}

function taints(list: readonly Taint[], errors: FieldErrors): void {
  const seen = new Set<string>();
  for (const [i, taint] of list.entries()) {
    const { key, value, effect = "", timeAdded } = taint;
    const at = `metadata.taints[${i}]`;
    qualifiedName(key, `${at}.key`, errors);
    validateLabels({ k: value ?? "" }, `${at}.value`, errors);
    if (effect === "") errors.required(`${at}.effect`);
    else oneOf(effect, TAINT_EFFECTS, `${at}.effect`, errors, "as given");
    const pair = `${key} ${effect}`;
    if (seen.has(pair)) {
      const printed = { Key: key, Value: value ?? "", Effect: effect, TimeAdded: timeAdded ?? null };
      errors.duplicateOf(at, printed, "taints must be unique by key and effect pair");
    }
    seen.add(pair);
  }
}

function amounts({ status }: Node, errors: FieldErrors): void {
  for (const group of ["capacity", "allocatable"] as const)
    for (const name in status?.[group]) {
      const amount = status?.[group]?.[name] ?? "0";
      if ((parseQuantity(amount) ?? 0n) < 0n) errors.invalid(`status.${group}.${name}`, amount, NOT_NEGATIVE);
    }
}

/** Validates a change of a Node: upstream checks most of it twice; its pod range and provider are given once. */
export function validateNodeUpdate(node: Node, stored: Node, errors: FieldErrors): void {
  if (node.spec === stored.spec && node.status === stored.status && node.metadata === stored.metadata) return;
  validateNode(node, errors);
  annotations(node.metadata.annotations ?? {}, errors);
  amounts(node, errors);
  const addresses = new Set<string>();
  for (const [i, { type, address }] of (node.status?.addresses ?? []).entries()) {
    const key = `${type} ${address}`;
    if (addresses.has(key)) errors.duplicate(`status.addresses[${i}]`, { Type: type, Address: address });
    addresses.add(key);
  }
  givenOnce(node, stored, errors);
  taints(node.spec?.taints ?? [], errors);
}

function givenOnce({ spec }: Node, stored: Node, errors: FieldErrors): void {
  const old = stored.spec?.podCIDRs ?? [];
  const now = spec?.podCIDRs ?? [];
  const changed = 'node updates may not change podCIDR except from "" to valid';
  if (old.length > 0 && old.length !== now.length) errors.forbidden("spec.podCIDRs", changed);
  else for (const [i, cidr] of old.entries()) if (cidr !== now[i]) errors.forbidden("spec.podCIDRs", changed);
  const provider = stored.spec?.providerID ?? "";
  if (provider !== "" && provider !== (spec?.providerID ?? ""))
    errors.forbidden("spec.providerID", 'node updates may not change providerID except from "" to valid');
}

import { qualifiedNameProblems } from "../../api/label-query.ts";
import { parseQuantity } from "../../api/quantity.ts";
import type { ResourceRequirements } from "../../api/types/core-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { NOT_NEGATIVE } from "./common.ts";

const STANDARD = new Set(["cpu", "memory", "ephemeral-storage", "storage"]);
const CONTAINER = new Set(["cpu", "memory", "ephemeral-storage"]);
const NANO = 1_000_000_000n;

/** Validates what a container requests and may use. */
export function resources(value: ResourceRequirements | undefined, at: string, errors: FieldErrors): void {
  if (value === undefined) return;
  const { limits, requests } = value;
  let core = false;
  let huge = false;
  for (const name in limits) {
    amounts(name, limits[name] ?? "0", `${at}.limits[${name}]`, errors);
    core ||= name === "cpu" || name === "memory";
    huge ||= name.startsWith("hugepages-");
  }
  for (const name in requests) {
    const amount = requests[name] ?? "0";
    amounts(name, amount, `${at}.requests[${name}]`, errors);
    core ||= name === "cpu" || name === "memory";
    huge ||= name.startsWith("hugepages-");
    const limit = limits?.[name];
    const extended = !overcommitable(name);
    if (limit === undefined) {
      if (extended) errors.required(`${at}.limits`, "Limit must be set for non overcommitable resources");
      continue;
    }
    const asked = parseQuantity(amount) ?? 0n;
    const most = parseQuantity(limit) ?? 0n;
    if (extended && asked !== most)
      errors.invalid(`${at}.requests`, amount, `must be equal to ${name} limit of ${limit}`);
    else if (asked > most)
      errors.invalid(`${at}.requests`, amount, `must be less than or equal to ${name} limit of ${limit}`);
  }
  if (huge && !core) errors.forbidden(at, "HugePages require cpu or memory");
}

/** Native resources may be promised more than once; extended ones and huge pages not. */
function overcommitable(name: string): boolean {
  return !name.includes("/") && !name.startsWith("hugepages-");
}

function amounts(name: string, amount: string, at: string, errors: FieldErrors): void {
  resourceName(name, at, errors);
  if (!name.includes("/") && !CONTAINER.has(name) && !name.startsWith("hugepages-"))
    errors.invalid(at, name, "must be a standard resource for containers");
  resourceAmount(name, amount, at, errors);
}

/** A resource's name: native or fully qualified. */
export function resourceName(name: string, at: string, errors: FieldErrors): void {
  for (const problem of qualifiedNameProblems(name)) errors.invalid(at, name, problem);
  if (!name.includes("/") && !STANDARD.has(name) && !name.startsWith("hugepages-"))
    errors.invalid(at, name, "must be a standard resource type or fully qualified");
}

/** An amount: not negative, and whole for what cannot be split. */
export function resourceAmount(name: string, amount: string, at: string, errors: FieldErrors): void {
  const value = parseQuantity(amount) ?? 0n;
  if (value < 0n) errors.invalid(at, amount, NOT_NEGATIVE);
  if (name.includes("/") && value % NANO !== 0n) errors.invalid(at, amount, "must be an integer");
}

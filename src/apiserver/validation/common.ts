import { qualifiedNameProblems } from "../../api/label-query.ts";
import type { LabelSelector } from "../../api/types/meta-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { parseIp } from "../ip.ts";
import { validateLabels } from "../metadata.ts";

export const NOT_NEGATIVE = "must be greater than or equal to 0";
export const PORT_RANGE = "must be between 1 and 65535, inclusive";
export const IP_FORM = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
export const CIDR_FORM = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
const PERCENT_FORM =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** Numbers that may not be negative. */
export function notNegative(value: number | undefined, field: string, errors: FieldErrors): void {
  if (value !== undefined && value < 0) errors.invalid(field, value, NOT_NEGATIVE);
}

/** One of a set of texts; absent is fine. */
export function oneOf(
  value: string | undefined,
  allowed: readonly string[],
  field: string,
  errors: FieldErrors,
  order: "sorted" | "as given" = "sorted",
): void {
  if (value !== undefined && !allowed.includes(value)) errors.notSupported(field, value, allowed, order);
}

/** A port number. */
export function portNumber(value: number, field: string, errors: FieldErrors): void {
  if (!Number.isInteger(value) || value < 1 || value > 65_535) errors.invalid(field, value, PORT_RANGE);
}

/** Complaints about a port's name (IANA_SVC_NAME). */
export function portNameProblems(name: string): readonly string[] {
  const problems: string[] = [];
  if (name.length > 15) problems.push("must be no more than 15 characters");
  if (!/^[-a-z0-9]+$/.test(name))
    problems.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (!/[a-z]/.test(name)) problems.push("must contain at least one letter (a-z)");
  if (name.includes("--")) problems.push("must not contain consecutive hyphens");
  if (name.startsWith("-") || name.endsWith("-")) problems.push("must not begin or end with a hyphen");
  return problems;
}

/** A port by number or name. */
export function portReference(value: number | string | undefined, field: string, errors: FieldErrors): void {
  if (typeof value === "string") for (const problem of portNameProblems(value)) errors.invalid(field, value, problem);
  else portNumber(value ?? 0, field, errors);
}

/** Whether a text is an IPv4 or IPv6 address. */
export function isIp(text: string): boolean {
  return parseIp(text) !== undefined || isIpv6(text);
}

/** Validates an address as fields do that are older than strict checks: false when it is none. */
export function legacyIp(text: string, field: string, errors: FieldErrors): boolean {
  const octets = text.split(".");
  const padded = octets.length === 4 && octets.every((octet) => /^\d{1,}$/.test(octet) && Number(octet) <= 255);
  if (!isIp(text) && padded) errors.invalid(field, text, "must not have leading 0s");
  else if (/^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(text))
    errors.invalid(field, text, "must not be an IPv4-mapped IPv6 address");
  else if (!isIp(text)) errors.invalid(field, text, IP_FORM);
  else return true;
  return false;
}

/** Validates a range of addresses as older fields do. */
export function legacyCidr(text: string, field: string, errors: FieldErrors): void {
  if (!isLegacyCidr(text)) errors.invalid(field, text, CIDR_FORM);
}

/** Whether a text is a range of addresses for older fields. */
export function isLegacyCidr(text: string): boolean {
  const [address = "", bits = "", ...more] = text.split("/");
  const most = address.includes(":") ? 128 : 32;
  return more.length === 0 && isIp(address) && /^\d+$/.test(bits) && Number(bits) <= most;
}

/** Whether a text is an IPv6 address. */
export function isIpv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2 || !text.includes(":")) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? groups.length < 8 : groups.length === 8;
}

/** A whole number or a percentage; more than 100 % only where that makes sense. */
export function intOrPercent(value: number | string | undefined, field: string, errors: FieldErrors): void {
  if (typeof value === "string") {
    if (!/^[0-9]+%$/.test(value)) errors.invalid(field, value, PERCENT_FORM);
  } else notNegative(value, field, errors);
}

/** A percentage above 100 is refused. */
export function atMost100Percent(value: number | string | undefined, field: string, errors: FieldErrors): void {
  if (typeof value === "string" && /^[0-9]+%$/.test(value) && Number(value.slice(0, -1)) > 100)
    errors.invalid(field, value, "must not be greater than 100%");
}

/** Whether a number or percentage is zero. */
export function isZero(value: number | string | undefined): boolean {
  return value === undefined || value === 0 || value === "0%" || value === "0";
}

/** A qualified name such as a taint key. */
export function qualifiedName(value: string, field: string, errors: FieldErrors): void {
  for (const problem of qualifiedNameProblems(value)) errors.invalid(field, value, problem);
}

/** Every complaint of a list of complaints about one value. */
export function complaints(problems: readonly string[], value: unknown, field: string, errors: FieldErrors): void {
  for (const problem of problems) errors.invalid(field, value, problem);
}

/** Validates a label selector's parts. */
export function labelSelector(selector: LabelSelector | undefined, field: string, errors: FieldErrors): void {
  if (selector === undefined || selector === null) return;
  validateLabels(selector.matchLabels, `${field}.matchLabels`, errors);
  for (const [i, { key, operator, values }] of (selector.matchExpressions ?? []).entries()) {
    const at = `${field}.matchExpressions[${i}]`;
    const count = values?.length ?? 0;
    if (operator === "In" || operator === "NotIn") {
      if (count === 0) errors.required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
    } else if (operator === "Exists" || operator === "DoesNotExist") {
      if (count > 0)
        errors.forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    } else errors.invalid(`${at}.operator`, operator, "not a valid selector operator");
    qualifiedName(key, `${at}.key`, errors);
    for (const [j, value] of (values ?? []).entries()) {
      const found = errors.causes.length;
      validateLabels({ k: value }, `${at}.values[${j}]`, errors);
      if (errors.causes.length > found) break;
    }
  }
}

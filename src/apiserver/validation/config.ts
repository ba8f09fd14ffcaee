import { qualifiedNameProblems } from "../../api/label-query.ts";
import { deepEqual } from "../../api/equal.ts";
import { parseQuantity } from "../../api/quantity.ts";
import type { ConfigMap, LimitRange, LimitRangeItem, Secret } from "../../api/types/core-v1.ts";
import type { Lease } from "../../api/types/coordination-v1.ts";
import { decodeBase64 } from "../base64.ts";
import type { FieldErrors } from "../field-errors.ts";
import { NOT_NEGATIVE } from "./common.ts";
import { jsonObjectProblem } from "../json-problem.ts";
import { resourceName } from "./resources.ts";

const DATA_MAX_BYTES = 1_048_576;
const KEY_FORM =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

function dataKey(key: string, at: string, errors: FieldErrors): void {
  if (key.length > 253) errors.invalid(at, key, "must be no more than 253 characters");
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) errors.invalid(at, key, KEY_FORM);
  if (key === "." || key === "..") errors.invalid(at, key, `must not be '${key}'`);
  else if (key.startsWith("..")) errors.invalid(at, key, "must not start with '..'");
}

/** Validates a ConfigMap. */
export function validateConfigMap(object: ConfigMap, errors: FieldErrors): void {
  let size = 0;
  for (const key in object.data) {
    dataKey(key, `data[${key}]`, errors);
    if (object.binaryData?.[key] !== undefined)
      errors.invalid(`data[${key}]`, key, "duplicate of key present in binaryData");
    size += object.data[key]?.length ?? 0;
  }
  for (const key in object.binaryData) {
    dataKey(key, `binaryData[${key}]`, errors);
    size += Math.floor(((object.binaryData[key]?.length ?? 0) * 3) / 4);
  }
  if (size > DATA_MAX_BYTES) errors.tooLong("[]", DATA_MAX_BYTES);
}

/** Validates a change of a ConfigMap or Secret that may be immutable. */
export function validateImmutableData(
  object: ConfigMap | Secret,
  stored: ConfigMap | Secret,
  fields: readonly string[],
  errors: FieldErrors,
): void {
  if (stored.immutable !== true) return;
  const why = "field is immutable when `immutable` is set";
  if (object.immutable !== true) errors.forbidden("immutable", why);
  for (const field of fields) {
    const value = (object as unknown as { readonly [field: string]: unknown })[field];
    if (!deepEqual(value, (stored as unknown as { readonly [field: string]: unknown })[field]))
      errors.forbidden(field, why);
  }
}

const REQUIRED_KEYS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    "kubernetes.io/dockercfg": [".dockercfg"],
    "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
    "kubernetes.io/ssh-auth": ["ssh-privatekey"],
    "kubernetes.io/tls": ["tls.crt", "tls.key"],
  }),
);

/** Validates a Secret: its keys, and those that its type needs. */
export function validateSecret(object: Secret, errors: FieldErrors): void {
  let size = 0;
  for (const key in object.data) {
    dataKey(key, `data[${key}]`, errors);
    size += Math.floor(((object.data[key]?.length ?? 0) * 3) / 4);
  }
  if (size > DATA_MAX_BYTES) errors.tooLong("data", DATA_MAX_BYTES);
  const { type = "" } = object;
  for (const key of REQUIRED_KEYS.get(type) ?? []) {
    const value = object.data?.[key];
    const absent = value === undefined || (value === "" && key === "ssh-privatekey");
    if (absent) errors.required(`data[${key}]`);
    const problem = absent || !key.startsWith(".docker") ? undefined : jsonObjectProblem(decodeBase64(value));
    if (problem !== undefined) errors.invalid(`data[${key}]`, "<secret contents redacted>", problem);
  }
  if (
    type === "kubernetes.io/service-account-token" &&
    (object.metadata.annotations?.["kubernetes.io/service-account.name"] ?? "") === ""
  )
    errors.required("metadata.annotations[kubernetes.io/service-account.name]");
  if (
    type === "kubernetes.io/basic-auth" &&
    object.data?.["username"] === undefined &&
    object.data?.["password"] === undefined
  ) {
    errors.required("data[username]");
    errors.required("data[password]");
  }
}

/** Validates a Lease. */
export function validateLease({ spec }: Lease, errors: FieldErrors): void {
  const seconds = spec?.leaseDurationSeconds;
  if (seconds !== undefined && seconds <= 0)
    errors.invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0");
  if (spec?.leaseTransitions !== undefined && spec.leaseTransitions < 0)
    errors.invalid("spec.leaseTransitions", spec.leaseTransitions, NOT_NEGATIVE);
}

/** Validates a LimitRange. */
export function validateLimitRange({ spec }: LimitRange, errors: FieldErrors): void {
  const types = new Set<string>();
  for (const [i, item] of (spec?.limits ?? []).entries()) {
    const at = `spec.limits[${i}]`;
    if (types.has(item.type)) errors.duplicate(`${at}.type`, item.type);
    types.add(item.type);
    const type = item.type ?? "";
    const problems = qualifiedNameProblems(type);
    for (const problem of problems) errors.invalid(`${at}.type`, type, problem);
    const known = ["Pod", "Container", "PersistentVolumeClaim"].includes(type) || type.includes("/");
    if (problems.length === 0 && !known)
      errors.invalid(`${at}.type`, item.type, "must be a standard limit type or fully qualified");
    limitItem(item, at, errors);
  }
}

function limitItem(item: LimitRangeItem, at: string, errors: FieldErrors): void {
  const container = item.type === "Container";
  for (const group of ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] as const) {
    if (
      item.type === "Pod" &&
      (group === "default" || group === "defaultRequest") &&
      Object.keys(item[group] ?? {}).length > 0
    )
      errors.forbidden(`${at}.${group}`, "may not be specified when `type` is 'Pod'");
    for (const name in item[group]) {
      resourceName(name, `${at}.${group}[${name}]`, errors);
      if (
        container &&
        !name.includes("/") &&
        !["cpu", "memory", "ephemeral-storage"].includes(name) &&
        !name.startsWith("hugepages-")
      )
        errors.invalid(`${at}.${group}[${name}]`, name, "must be a standard resource for containers");
    }
  }
  const names = new Set([
    ...Object.keys(item.max ?? {}),
    ...Object.keys(item.min ?? {}),
    ...Object.keys(item.default ?? {}),
    ...Object.keys(item.defaultRequest ?? {}),
    ...Object.keys(item.maxLimitRequestRatio ?? {}),
  ]);
  for (const name of names) limitOrder(item, name, at, errors);
}

function limitOrder(item: LimitRangeItem, name: string, at: string, errors: FieldErrors): void {
  const above = (a: string | undefined, b: string | undefined): boolean =>
    a !== undefined && b !== undefined && (parseQuantity(a) ?? 0n) > (parseQuantity(b) ?? 0n);
  const min = item.min?.[name];
  const max = item.max?.[name];
  const request = item.defaultRequest?.[name];
  const limit = item.default?.[name];
  const ratio = item.maxLimitRequestRatio?.[name];
  if (above(min, max)) errors.invalid(`${at}.min[${name}]`, min, `min value ${min} is greater than max value ${max}`);
  if (above(min, request))
    errors.invalid(
      `${at}.defaultRequest[${name}]`,
      request,
      `min value ${min} is greater than default request value ${request}`,
    );
  if (above(request, max))
    errors.invalid(
      `${at}.defaultRequest[${name}]`,
      request,
      `default request value ${request} is greater than max value ${max}`,
    );
  if (above(request, limit))
    errors.invalid(
      `${at}.defaultRequest[${name}]`,
      request,
      `default request value ${request} is greater than default limit value ${limit}`,
    );
  if (above(min, limit))
    errors.invalid(`${at}.default[${name}]`, min, `min value ${min} is greater than default value ${limit}`);
  if (above(limit, max))
    errors.invalid(`${at}.default[${name}]`, max, `default value ${limit} is greater than max value ${max}`);
  if (ratio === undefined) return;
  if (above("1", ratio)) errors.invalid(`${at}.maxLimitRequestRatio[${name}]`, ratio, `ratio ${ratio} is less than 1`);
  if (min === undefined || max === undefined) return;
  const most = Number(parseQuantity(max) ?? 0n) / Number(parseQuantity(min) ?? 1n);
  if (Number(parseQuantity(ratio) ?? 0n) / 1e9 > most)
    errors.invalid(
      `${at}.maxLimitRequestRatio[${name}]`,
      ratio,
      `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`,
    );
}

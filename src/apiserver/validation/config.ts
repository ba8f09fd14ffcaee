import { deepEqual } from "../../api/equal.ts";
import { parseQuantity } from "../../api/quantity.ts";
import type {
  ConfigMap,
  Event,
  LimitRange,
  LimitRangeItem,
  Node,
  ResourceQuota,
  Secret,
} from "../../api/types/core-v1.ts";
import type { Lease } from "../../api/types/coordination-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { validateLabels } from "../metadata.ts";
import { NOT_NEGATIVE, oneOf, qualifiedName } from "./common.ts";
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

const REQUIRED_KEYS: { readonly [type: string]: readonly string[] } = {
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
};

/** Validates a Secret: its keys, and those that its type needs. */
export function validateSecret(object: Secret, errors: FieldErrors): void {
  let size = 0;
  for (const key in object.data) {
    dataKey(key, `data[${key}]`, errors);
    size += Math.floor(((object.data[key]?.length ?? 0) * 3) / 4);
  }
  if (size > DATA_MAX_BYTES) errors.tooLong("data", DATA_MAX_BYTES);
  const { type = "" } = object;
  for (const key of REQUIRED_KEYS[type] ?? []) if (object.data?.[key] === undefined) errors.required(`data[${key}]`);
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

/** Validates an Event: it stands in the namespace of what it is about. */
export function validateEvent(object: Event, errors: FieldErrors): void {
  const { namespace = "" } = object.involvedObject ?? {};
  const own = object.metadata.namespace ?? "";
  const matches = namespace === "" ? own === "default" : namespace === own;
  if (!matches) errors.invalid("involvedObject.namespace", namespace, "does not match event.namespace");
}

/** Validates a Lease. */
export function validateLease({ spec }: Lease, errors: FieldErrors): void {
  const seconds = spec?.leaseDurationSeconds;
  if (seconds !== undefined && seconds <= 0)
    errors.invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0");
  if (spec?.leaseTransitions !== undefined && spec.leaseTransitions < 0)
    errors.invalid("spec.leaseTransitions", spec.leaseTransitions, NOT_NEGATIVE);
}

const TAINT_EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/** Validates a Node: its taints and amounts. */
export function validateNode({ spec, status }: Node, errors: FieldErrors): void {
  const seen = new Set<string>();
  for (const [i, taint] of (spec?.taints ?? []).entries()) {
    const at = `metadata.taints[${i}]`;
    qualifiedName(taint.key, `${at}.key`, errors);
    validateLabels({ k: taint.value ?? "" }, `${at}.value`, errors);
    if ((taint.effect ?? "") === "") errors.required(`${at}.effect`);
    else oneOf(taint.effect, TAINT_EFFECTS, `${at}.effect`, errors, "as given");
    const pair = `${taint.key} ${taint.effect}`;
    if (seen.has(pair)) errors.duplicateOf(at, taint, "taints must be unique by key and effect pair");
    seen.add(pair);
  }
  for (const group of ["capacity", "allocatable"] as const)
    for (const name in status?.[group]) {
      const amount = status?.[group]?.[name] ?? "0";
      if ((parseQuantity(amount) ?? 0n) < 0n) errors.invalid(`status.${group}.${name}`, amount, NOT_NEGATIVE);
    }
  const cidrs = spec?.podCIDRs ?? [];
  if (
    cidrs.length > 2 ||
    (cidrs.length === 2 && cidrs.every((cidr) => cidr.includes(":")) === cidrs.some((cidr) => cidr.includes(":")))
  )
    errors.invalid("spec.podCIDRs", cidrs, "may specify no more than one CIDR for each IP family");
}

/** Validates a change of a Node: its pod range is given once. */
export function validateNodeUpdate(node: Node, stored: Node, errors: FieldErrors): void {
  if (node.spec === stored.spec && node.status === stored.status) return;
  validateNode(node, errors);
  if ((stored.spec?.podCIDRs?.length ?? 0) > 0 && !deepEqual(node.spec?.podCIDRs, stored.spec?.podCIDRs))
    errors.forbidden("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid');
}

const QUOTA_RESOURCES = new Set([
  "cpu",
  "memory",
  "ephemeral-storage",
  "requests.cpu",
  "requests.memory",
  "requests.storage",
  "requests.ephemeral-storage",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "persistentvolumeclaims",
  "configmaps",
  "services.nodeports",
  "services.loadbalancers",
]);
const COUNTED = new Set([
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
]);

/** Validates a ResourceQuota. */
export function validateResourceQuota({ spec }: ResourceQuota, errors: FieldErrors): void {
  for (const name in spec?.hard) {
    const amount = spec?.hard?.[name] ?? "0";
    const at = `spec.hard[${name}]`;
    if (!name.includes("/") && !QUOTA_RESOURCES.has(name)) {
      errors.invalid(at, name, "must be a standard resource type or fully qualified");
      errors.invalid(at, name, "must be a standard resource for quota");
    }
    const value = parseQuantity(amount) ?? 0n;
    if (value < 0n) errors.invalid(at, amount, NOT_NEGATIVE);
    if (COUNTED.has(name) && value % 1_000_000_000n !== 0n) errors.invalid(at, amount, "must be an integer");
  }
  scopes(spec?.scopes ?? [], Object.keys(spec?.hard ?? {}), errors);
}

const POD_SCOPES = [
  "BestEffort",
  "NotBestEffort",
  "Terminating",
  "NotTerminating",
  "PriorityClass",
  "CrossNamespacePodAffinity",
];

function scopes(list: readonly string[], hard: readonly string[], errors: FieldErrors): void {
  const set = new Set(list);
  for (const scope of list) {
    if (!POD_SCOPES.includes(scope)) errors.invalid("spec.scopes", list, "unsupported scope");
    const fits = (name: string): boolean =>
      scope === "BestEffort"
        ? name === "pods"
        : name === "pods" || /^(requests\.|limits\.)?(cpu|memory|ephemeral-storage)$/.test(name);
    for (const name of hard)
      if (!fits(name) && !name.startsWith("count/pods"))
        errors.invalid("spec.scopes", list, "unsupported scope applied to resource");
  }
  for (const [a, b] of [
    ["BestEffort", "NotBestEffort"],
    ["Terminating", "NotTerminating"],
  ] as const)
    if (set.has(a) && set.has(b)) errors.invalid("spec.scopes", list, "conflicting scopes");
}

/** Validates a LimitRange. */
export function validateLimitRange({ spec }: LimitRange, errors: FieldErrors): void {
  const types = new Set<string>();
  for (const [i, item] of (spec?.limits ?? []).entries()) {
    const at = `spec.limits[${i}]`;
    if (types.has(item.type)) errors.duplicate(`${at}.type`, item.type);
    types.add(item.type);
    if (!["Pod", "Container", "PersistentVolumeClaim"].includes(item.type) && !item.type.includes("/"))
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

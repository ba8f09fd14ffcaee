import { cast } from "../../base/units.ts";
import { deepEqual } from "../../api/equal.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Pod, PodSpec, PodTemplateSpec } from "../../api/types/core-v1.ts";
import type { ObjectMeta } from "../../api/types/meta-v1.ts";
import { forbidden, invalid } from "../failure.ts";
import type { Failure } from "../failure.ts";
import { FieldErrors } from "../field-errors.ts";
import type { Kind } from "../kind.ts";
import type { Call, Server } from "../server-state.ts";
import { baselineViolations, restrictedViolations } from "./pod-security-checks.ts";

const PREFIX = "pod-security.kubernetes.io/";

/** PodSecurity: enforces the level of a namespace on pods, and warns about it for pods and workloads. */
export function podSecurity(
  server: Server,
  kind: Kind,
  object: ApiObject,
  stored: ApiObject | undefined,
  call: Call,
): Failure | undefined {
  const labels = server.etcd.get("namespaces", object.metadata.namespace ?? "")?.metadata.labels;
  const enforce = labels?.[`${PREFIX}enforce`];
  const warn = labels?.[`${PREFIX}warn`];
  if (enforce === undefined && warn === undefined) return undefined;
  const spec = podSpecOf(kind, object);
  const before = stored === undefined ? undefined : podSpecOf(kind, stored);
  if (spec === undefined || before === spec) return undefined;
  const isPod = kind.plural === "pods";
  if (isPod && before !== undefined && !isSignificant(spec, before)) return undefined;
  const policy = policyOf(labels, "enforce");
  const refused = isPod ? violations(spec, policy) : [];
  if (refused.length > 0)
    return forbidden(kind, object.metadata.name, `violates PodSecurity "${policyText(policy)}": ${refused.join(", ")}`);
  const warning = policyOf(labels, "warn");
  const warned = violations(spec, warning);
  if (warned.length > 0) call.warnings.push(`would violate PodSecurity "${policyText(warning)}": ${warned.join(", ")}`);
  return undefined;
}

/** Containers other than before; all else that an update of a pod may change is harmless. */
function isSignificant(spec: PodSpec, before: PodSpec): boolean {
  const images = (one: PodSpec): readonly (readonly (string | undefined)[])[] =>
    [one.initContainers, one.containers, one.ephemeralContainers].map((list) => (list ?? []).map(({ image }) => image));
  return !deepEqual(images(spec), images(before));
}

interface Policy {
  readonly level: string;
  readonly version: string;
}

function policyOf(labels: ObjectMeta["labels"], mode: string): Policy {
  return {
    level: labels?.[`${PREFIX}${mode}`] ?? "privileged",
    version: labels?.[`${PREFIX}${mode}-version`] ?? "latest",
  };
}

function policyText({ level, version }: Policy): string {
  return `${level}:${version}`;
}

function violations(spec: PodSpec, { level, version }: Policy): readonly string[] {
  const minor = Number(VERSION.exec(version)?.[1] ?? Number.POSITIVE_INFINITY);
  if (level === "baseline") return baselineViolations(spec, minor);
  return level === "restricted" ? restrictedViolations(spec, minor) : [];
}

const VERSION = /^v1\.(0|[1-9]\d*)$/;
const LEVELS: readonly string[] = ["privileged", "baseline", "restricted"];

/** Checks the labels that set a namespace's levels, and warns of the pods that its new level would not admit. */
export function namespacePodSecurity(
  server: Server,
  kind: Kind,
  namespace: ApiObject,
  stored: ApiObject | undefined,
  call: Call,
): Failure | undefined {
  const { labels, name } = namespace.metadata;
  if (labels === undefined || labels === stored?.metadata.labels) return undefined;
  const errors = labelErrors(labels);
  if (errors.causes.length > 0) {
    const known = stored !== undefined && deepEqual(errors.causes, labelErrors(stored.metadata.labels).causes);
    return known ? undefined : invalid(kind.kind, kind.group, name, errors.causes);
  }
  if (stored === undefined) return undefined;
  const policy = policyOf(labels, "enforce");
  const before = policyOf(stored.metadata.labels, "enforce");
  const eased = before.version === policy.version && LEVELS.indexOf(policy.level) <= LEVELS.indexOf(before.level);
  if (!eased) call.warnings.push(...violatingPods(server, name, policy));
  return undefined;
}

function labelErrors(labels: ObjectMeta["labels"]): FieldErrors {
  const errors = new FieldErrors();
  for (const mode of ["enforce", "audit", "warn"]) {
    const level = labels?.[`${PREFIX}${mode}`];
    if (level !== undefined && !LEVELS.includes(level))
      errors.invalid(`metadata.labels[${PREFIX}${mode}]`, level, `must be one of ${LEVELS.join(", ")}`);
    const version = labels?.[`${PREFIX}${mode}-version`];
    if (version !== undefined && version !== "latest" && !VERSION.test(version))
      errors.invalid(`metadata.labels[${PREFIX}${mode}-version]`, version, 'must be "latest" or "v1.x"');
  }
  return errors;
}

/** The pods of a namespace that a level forbids, together where they have the same faults, one for each controller. */
function violatingPods(server: Server, namespace: string, policy: Policy): readonly string[] {
  const found = new Map<string, { readonly first: string; count: number }>();
  const controllers = new Set<string>();
  for (const object of server.etcd.range("pods", namespace)) {
    const controller = object.metadata.ownerReferences?.find((owner) => owner.controller === true)?.uid;
    if (controller !== undefined && controllers.has(controller)) continue;
    if (controller !== undefined) controllers.add(controller);
    const faults = violations(cast<Pod>(object).spec, policy).map((fault) => fault.slice(0, fault.indexOf(" (")));
    if (faults.length === 0) continue;
    const known = found.get(faults.join(", "));
    if (known === undefined) found.set(faults.join(", "), { first: object.metadata.name, count: 1 });
    else known.count += 1;
  }
  if (found.size === 0) return [];
  const lines = [...found].map(([faults, { first, count }]) => {
    const others = count === 1 ? "" : ` (and ${count - 1} other ${count === 2 ? "pod" : "pods"})`;
    return `${first}${others}: ${faults}`;
  });
  const head = `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${JSON.stringify(policyText(policy))}`;
  return [head, ...lines.sort()];
}

interface Workload {
  readonly spec?: {
    readonly template?: PodTemplateSpec;
    readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplateSpec } };
  };
}

const WORKLOADS = new Set([
  "deployments",
  "replicasets",
  "replicationcontrollers",
  "statefulsets",
  "daemonsets",
  "jobs",
  "cronjobs",
]);

function podSpecOf(kind: Kind, object: ApiObject): PodSpec | undefined {
  if (kind.plural === "pods") return cast<Pod>(object).spec;
  if (!WORKLOADS.has(kind.plural)) return undefined;
  const { spec } = cast<Workload>(object);
  return (spec?.jobTemplate?.spec?.template ?? spec?.template)?.spec;
}

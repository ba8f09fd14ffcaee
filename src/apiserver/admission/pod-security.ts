import { cast } from "../../base/units.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Pod, PodSpec, PodTemplateSpec } from "../../api/types/core-v1.ts";
import { forbidden } from "../failure.ts";
import type { Failure } from "../failure.ts";
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
  if (spec === undefined || (stored !== undefined && podSpecOf(kind, stored) === spec)) return undefined;
  const isPod = kind.plural === "pods";
  const refused = isPod ? violations(spec, enforce) : undefined;
  if (refused !== undefined)
    return forbidden(
      kind,
      object.metadata.name,
      `violates PodSecurity "${enforce}:${labels?.[`${PREFIX}enforce-version`] ?? "latest"}": ${refused}`,
    );
  const warned = violations(spec, warn);
  if (warned !== undefined)
    call.warnings.push(
      `would violate PodSecurity "${warn}:${labels?.[`${PREFIX}warn-version`] ?? "latest"}": ${warned}`,
    );
  return undefined;
}

function violations(spec: PodSpec, level: string | undefined): string | undefined {
  if (level !== "baseline" && level !== "restricted") return undefined;
  const found = level === "baseline" ? baselineViolations(spec) : restrictedViolations(spec);
  return found.length === 0 ? undefined : found.join(", ");
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

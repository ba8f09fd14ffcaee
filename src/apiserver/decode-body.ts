import { cast } from "../base/units.ts";
import { decode } from "../api/decode.ts";
import type { ApiObject } from "../api/object.ts";
import { badRequest } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { apiVersionOf } from "./kind.ts";
import type { Kind } from "./kind.ts";
import { kindNamed } from "./kinds/index.ts";
import { isObject } from "./patch/merge.ts";
import { withoutRepeatedOwners } from "./repeated-owners.ts";
import type { Call } from "./server-state.ts";

/** Says what strict decoding finds in a body: fields that its kind does not have, then fields that are given twice. */
export function strictProblems(kind: Kind, body: unknown, duplicates: readonly string[]): Failure {
  const decoded = isObject(body) && wrongKind(kind, body) === undefined ? decode(kind.struct, body) : undefined;
  const unknown = decoded?.error === undefined ? (decoded?.unknown ?? []) : [];
  const list = [
    ...unknown.map((path) => `unknown field "${path}"`),
    ...duplicates.map((field) => `duplicate field ${JSON.stringify(field)}`),
  ];
  return badRequest(
    `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: strict decoding error: ${list.join(", ")}`,
  );
}

/** The object in a request body as the kind's wire type; components of the control plane are taken at their word. */
export function decodeBody(kind: Kind, body: unknown, call: Call): ApiObject | Failure {
  if (call.trusted) return cast<ApiObject>(body);
  const source = body === null || body === undefined ? {} : body;
  if (!isObject(source))
    return badRequest(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${Array.isArray(body) ? "array" : typeof body} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  const wrong = wrongKind(kind, source);
  if (wrong !== undefined) return wrong;
  const decoded = decode(kind.struct, source);
  const subject = `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}`;
  if (decoded.error !== undefined) return badRequest(`${subject}: ${decoded.error}`);
  const unknown = decoded.unknown.map((path) => `unknown field "${path}"`);
  if (unknown.length > 0 && call.fieldValidation === "Strict")
    return badRequest(`${subject}: strict decoding error: ${unknown.join(", ")}`);
  if (call.fieldValidation === "Warn") call.warnings.push(...unknown);
  const object = cast<ApiObject>({ ...decoded.value, kind: kind.kind, apiVersion: apiVersionOf(kind) });
  return withoutRepeatedOwners(object, false, call);
}

const WORKLOADS = ["Deployment", "DaemonSet", "ReplicaSet", "StatefulSet", "ControllerRevision"];

/** Versions of kinds that upstream still reads but does not serve any more. */
const LEGACY: ReadonlySet<string> = new Set([
  ...WORKLOADS.slice(0, 3).map((kind) => `extensions/v1beta1 ${kind}`),
  ...WORKLOADS.map((kind) => `apps/v1beta2 ${kind}`),
  "apps/v1beta1 Deployment",
  "apps/v1beta1 StatefulSet",
  "apps/v1beta1 ControllerRevision",
  "extensions/v1beta1 Ingress",
  "extensions/v1beta1 NetworkPolicy",
  "networking.k8s.io/v1beta1 Ingress",
  "networking.k8s.io/v1beta1 IngressClass",
  "batch/v1beta1 CronJob",
  "policy/v1beta1 PodDisruptionBudget",
  "discovery.k8s.io/v1beta1 EndpointSlice",
  "coordination.k8s.io/v1beta1 Lease",
  ...["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"].flatMap((kind) => [
    `rbac.authorization.k8s.io/v1beta1 ${kind}`,
    `rbac.authorization.k8s.io/v1alpha1 ${kind}`,
  ]),
  ...["StorageClass", "CSINode", "CSIDriver", "VolumeAttachment"].map((kind) => `storage.k8s.io/v1beta1 ${kind}`),
  "storage.k8s.io/v1alpha1 VolumeAttachment",
  "scheduling.k8s.io/v1beta1 PriorityClass",
  "scheduling.k8s.io/v1alpha1 PriorityClass",
  "node.k8s.io/v1beta1 RuntimeClass",
  "node.k8s.io/v1alpha1 RuntimeClass",
  "autoscaling/v1 HorizontalPodAutoscaler",
  "autoscaling/v2beta1 HorizontalPodAutoscaler",
  "autoscaling/v2beta2 HorizontalPodAutoscaler",
]);

/** Refuses a body of another kind than the URL's. */
function wrongKind(kind: Kind, body: { readonly [field: string]: unknown }): Failure | undefined {
  const sentKind = typeof body["kind"] === "string" && body["kind"] !== "" ? body["kind"] : kind.kind;
  const sentVersion =
    typeof body["apiVersion"] === "string" && body["apiVersion"] !== "" ? body["apiVersion"] : apiVersionOf(kind);
  if (sentKind === kind.kind && (sentVersion === apiVersionOf(kind) || kind.alsoRead === sentVersion)) return undefined;
  const version = sentVersion.split("/").at(-1) ?? "";
  if (sentKind === kind.kind && LEGACY.has(`${sentVersion} ${sentKind}`))
    return badRequest(
      `the API version in the data (${sentVersion}) does not match the expected API version (${apiVersionOf(kind)})`,
    );
  const known = kindNamed(sentVersion, sentKind);
  const subject = `${sentKind} in version "${version}" cannot be handled as a ${kind.kind}`;
  if (known === undefined) return badRequest(`${subject}: ${unregistered(sentVersion, sentKind)}`);
  const from = `${version}.${sentKind}`;
  const to = `${kind.group === "" ? "core" : kind.group.split(".")[0]}.${kind.kind}`;
  return badRequest(`${subject}: converting (${from}) to (${to}): unknown conversion`);
}

/** What upstream says of a kind that it does not know. */
export function unregistered(apiVersion: string, kind: string): string {
  return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`;
}

import { cast } from "../../base/units.ts";
import { decode } from "../../api/decode.ts";
import { selectorMatches } from "../../api/label-selector.ts";
import type { ApiObject } from "../../api/object.ts";
import type { User } from "../../api/request.ts";
import type { LabelSelector } from "../../api/types/meta-v1.ts";
import { failure, internalError } from "../failure.ts";
import type { Failure } from "../failure.ts";
import type { Kind } from "../kind.ts";
import { jsonPatch } from "../patch/json-patch.ts";
import type { Call, Server } from "../server-state.ts";

export type Operation = "CREATE" | "UPDATE" | "DELETE" | "CONNECT";

/** The request of an AdmissionReview. */
export interface AdmissionRequest {
  readonly operation: Operation;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
  readonly subResource?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly userInfo: { readonly username: string; readonly groups: readonly string[] };
  readonly object: ApiObject | null;
  readonly oldObject: ApiObject | null;
  readonly dryRun: boolean;
}

/** The response of an AdmissionReview; the patch is a JSON patch, not encoded. */
export interface AdmissionResponse {
  readonly allowed: boolean;
  readonly status?: { readonly code?: number; readonly message?: string; readonly reason?: string };
  readonly patch?: readonly unknown[];
  readonly warnings?: readonly string[];
}

/** Which requests a webhook wants to see; "*" stands for any, "*\/*" for any resource with its subresources. */
export interface WebhookRule {
  readonly operations: readonly (Operation | "*")[];
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly resources: readonly string[];
}

/** An entry of a Mutating- or ValidatingWebhookConfiguration whose service is a function. */
export interface AdmissionWebhook {
  readonly name: string;
  readonly rules: readonly WebhookRule[];
  /** What a call that fails means; "Fail" by default. */
  readonly failurePolicy?: "Fail" | "Ignore";
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
  /** Answers a review; throwing is a failed call. */
  readonly review: (request: AdmissionRequest) => AdmissionResponse;
}

/** The write that webhooks are asked about. */
export interface ReviewedWrite {
  readonly operation: Operation;
  readonly subresource: string;
  readonly object: ApiObject | null;
  readonly stored: ApiObject | null;
  readonly name: string;
  readonly namespace?: string | undefined;
}

const NOBODY: User = { name: "system:apiserver", groups: ["system:masters"] };

/** Lets the mutating webhooks change an object, in their order; or why one refuses it. */
export function mutateByWebhooks(
  server: Server,
  kind: Kind,
  write: ReviewedWrite,
  call: Call,
): ApiObject | null | Failure {
  let { object } = write;
  for (const webhook of server.options.mutatingWebhooks ?? []) {
    const asked = { ...write, object };
    const response = consult(server, kind, webhook, asked, call);
    if (response === undefined) continue;
    if ("ok" in response) return response;
    if (response.patch === undefined || object === null) continue;
    const patched = jsonPatch(object, response.patch);
    const decoded = patched === undefined ? undefined : decode(kind.struct, patched.value);
    if (decoded === undefined || decoded.error !== undefined)
      return internalError(decoded?.error ?? `the patch of admission webhook ${JSON.stringify(webhook.name)} failed`);
    const changed = cast<ApiObject>({ ...decoded.value, kind: object.kind, apiVersion: object.apiVersion });
    object = kind.defaults?.(changed) ?? changed;
  }
  return object;
}

/** Why a validating webhook refuses a write. */
export function refusedByWebhooks(server: Server, kind: Kind, write: ReviewedWrite, call: Call): Failure | undefined {
  for (const webhook of server.options.validatingWebhooks ?? []) {
    const response = consult(server, kind, webhook, write, call);
    if (response !== undefined && "ok" in response) return response;
  }
  return undefined;
}

/** Asks one webhook; undefined when it is not concerned, or its failed call is ignored. */
function consult(
  server: Server,
  kind: Kind,
  webhook: AdmissionWebhook,
  write: ReviewedWrite,
  call: Call,
): AdmissionResponse | Failure | undefined {
  if (!webhook.rules.some((rule) => concerns(rule, kind, write)) || !selects(server, kind, webhook, write))
    return undefined;
  let response: AdmissionResponse;
  try {
    response = webhook.review(requestOf(kind, write, call));
  } catch (error) {
    if (webhook.failurePolicy === "Ignore") return undefined;
    const why = error instanceof Error ? error.message : String(error);
    return internalError(`failed calling webhook ${JSON.stringify(webhook.name)}: failed to call webhook: ${why}`);
  }
  call.warnings.push(...(response.warnings ?? []));
  return response.allowed ? response : denial(webhook.name, response.status);
}

function denial(name: string, status: AdmissionResponse["status"]): Failure {
  const { code = 400, message = "", reason = "" } = status ?? {};
  const head = `admission webhook ${JSON.stringify(name)} denied the request`;
  const why = message === "" ? reason : message;
  const refused = failure(code < 400 ? 400 : code, "", why === "" ? `${head} without explanation` : `${head}: ${why}`);
  return reason === "" ? refused : { ok: false, status: { ...refused.status, reason: cast<"Forbidden">(reason) } };
}

function concerns(rule: WebhookRule, kind: Kind, { operation, subresource }: ReviewedWrite): boolean {
  const has = (list: readonly string[], value: string): boolean => list.includes("*") || list.includes(value);
  if (!has(rule.operations, operation) || !has(rule.apiGroups, kind.group) || !has(rule.apiVersions, kind.version))
    return false;
  return rule.resources.some((text) => {
    const [resource = "", sub = ""] = text.split("/");
    const fits = sub === subresource || (sub === "*" && text.includes("/"));
    return (resource === "*" || resource === kind.plural) && fits;
  });
}

function selects(
  server: Server,
  kind: Kind,
  { namespaceSelector, objectSelector }: AdmissionWebhook,
  { object, stored, name, namespace }: ReviewedWrite,
): boolean {
  if (namespaceSelector !== undefined) {
    const isNamespace = kind.plural === "namespaces" && kind.group === "";
    const found = isNamespace
      ? (object ?? stored)
      : namespace === undefined
        ? null
        : server.etcd.get("namespaces", namespace);
    const concerned = found !== null || isNamespace;
    if (concerned && !selectorMatches(namespaceSelector, found?.metadata.labels ?? {})) return false;
  }
  if (objectSelector === undefined) return true;
  const either = [object, stored].filter((one) => one !== null);
  return name !== "" && either.some((one) => selectorMatches(objectSelector, one.metadata.labels ?? {}));
}

function requestOf(kind: Kind, write: ReviewedWrite, call: Call): AdmissionRequest {
  const { group, version } = kind;
  const { name, groups } = call.user ?? NOBODY;
  return {
    operation: write.operation,
    kind: { group, version, kind: kind.kind },
    resource: { group, version, resource: kind.plural },
    ...(write.subresource !== "" && { subResource: write.subresource }),
    name: write.name,
    ...(write.namespace !== undefined && { namespace: write.namespace }),
    userInfo: { username: name, groups },
    object: write.object,
    oldObject: write.stored,
    dryRun: call.dryRun,
  };
}

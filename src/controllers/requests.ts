import { withField } from "../base/with-field.ts";
import { cast } from "../base/units.ts";
import type { ApiObject, Resource } from "../api/object.ts";
import type { StatusReason } from "../api/status.ts";
import type { OwnerReference } from "../api/types/meta-v1.ts";
import type { PatchType, RequestOptions } from "../api/request.ts";
import type { Reply, Write } from "../client/controller.ts";

/** Which object a write is about. */
export interface Target {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly name: string;
}

/** The place of an object. */
export function targetOf(resource: Resource, object: ApiObject): Target {
  const { namespace, name } = object.metadata;
  return { resource, name, ...(namespace !== undefined && { namespace }) };
}

/** PUT of the whole object. */
export function update(resource: Resource, body: ApiObject): Write {
  return { request: { verb: "update", ...targetOf(resource, body), body } };
}

/** PUT of the object's status. */
export function updateStatus(resource: Resource, body: ApiObject): Write {
  return { request: { verb: "update", subresource: "status", ...targetOf(resource, body), body } };
}

/** POST of a new object; its metadata needs no more than the client sets. */
export function create(resource: Resource, namespace: string | undefined, body: unknown): Write {
  return { request: { verb: "create", resource, ...(namespace !== undefined && { namespace }), body } };
}

/** PATCH, of a subresource if named. */
export function patch(target: Target, patchType: PatchType, body: unknown, subresource?: string): Write {
  return { request: { verb: "patch", ...target, patchType, body, ...(subresource !== undefined && { subresource }) } };
}

/** DELETE; that the object is gone already is no failure. */
export function remove(target: Target, options?: RequestOptions): Write {
  return { request: { verb: "delete", ...target, ...(options !== undefined && { options }) }, ignore: ["NotFound"] };
}

/** GET past the informers. */
export function get(target: Target): Write {
  return { request: { verb: "get", ...target } };
}

/** `write` with refusals that do not count. */
export function ignoring(write: Write, ...ignore: readonly StatusReason[]): Write {
  return withField(write, "ignore", ignore);
}

/** The object of an accepted answer. */
export function objectOf(reply: Reply): ApiObject | undefined {
  const { response } = reply;
  return response.ok && "object" in response ? response.object : undefined;
}

/** The owner reference by which `owner` controls what it makes. */
export function controllerReference(owner: ApiObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** What a reply's write carried in `note`. */
export function noteOf<N>(reply: Reply | undefined): N | undefined {
  return cast<N | undefined>(reply?.write.note);
}

import type { ApiObject } from "../api/object.ts";
import type { Request, Response } from "../api/request.ts";
import { applyPatchObject } from "./apply/apply.ts";
import { createNamed, placeObject } from "./create.ts";
import { decodeBody } from "./decode-body.ts";
import { badRequest, conflict, isFailure, notFound } from "./failure.ts";
import type { Failure } from "./failure.ts";
import type { Kind } from "./kind.ts";
import { applyPatch } from "./patch.ts";
import type { Call, Server } from "./server-state.ts";
import { storedObject, updateObject } from "./update.ts";
import type { WritePart } from "./update.ts";

/** PUT of an object or a subresource of it. */
export function putObject(server: Server, kind: Kind, request: Request, call: Call, part: WritePart): Response {
  const decoded = decodeBody(kind, request.body, call);
  if (isFailure(decoded)) return decoded;
  const misplaced = nameProblem(kind, decoded, request);
  if (misplaced !== undefined) return misplaced;
  if (part === "main" && kind.createOnUpdate === true && storedObject(server, kind, request) === undefined) {
    const { uid, resourceVersion } = decoded.metadata;
    if (uid === undefined && resourceVersion === undefined) return createNamed(server, kind, decoded, request, call);
  }
  return updateObject(server, kind, request, call, { part, put: true, change: () => decoded });
}

/** PATCH of an object or a subresource of it. */
export function patchObject(server: Server, kind: Kind, request: Request, call: Call, part: WritePart): Response {
  const type = request.patchType ?? "strategic";
  if (type === "apply" && server.options.managedFields === true) return applyObject(server, kind, request, call, part);
  if (type === "apply" && storedObject(server, kind, request) === undefined) {
    if (part !== "main") return notFound(kind, request.name ?? "");
    const decoded = decodeBody(kind, request.body, call);
    return isFailure(decoded) ? decoded : createNamed(server, kind, decoded, request, call);
  }
  return updateObject(server, kind, request, call, {
    part,
    put: false,
    change: (stored) => {
      const patched = applyPatch(kind, stored, type, request.body, call);
      if (patched === stored || isFailure(patched)) return patched;
      return nameProblem(kind, patched, request) ?? patched;
    },
  });
}

/** Checks the name and namespace of an object against the URL. */
function nameProblem(kind: Kind, object: ApiObject, request: Request): Failure | undefined {
  const name = object.metadata.name ?? "";
  const url = request.name ?? "";
  if (name === "")
    return badRequest(`the name of the object (${url} based on URL) was undeterminable: name must be provided`);
  if (name !== url) return badRequest(`the name of the object (${name}) does not match the name on the URL (${url})`);
  return placeObject(kind, object, request);
}

/** A server-side apply: merges by the managers of the fields, and creates what is not there. */
function applyObject(server: Server, kind: Kind, request: Request, call: Call, part: WritePart): Response {
  if (storedObject(server, kind, request) === undefined) {
    if (part !== "main") return notFound(kind, request.name ?? "");
    const created = applyPatchObject(kind, undefined, request.body, "", call);
    if (isFailure(created)) return created;
    const { uid } = created.metadata;
    if (uid !== undefined && uid !== "")
      return conflict(
        kind,
        request.name ?? "",
        `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
      );
    return nameProblem(kind, created, request) ?? createNamed(server, kind, created, request, call);
  }
  return updateObject(server, kind, request, call, {
    part,
    put: false,
    change: (stored) => {
      const applied = applyPatchObject(kind, stored, request.body, part === "main" ? "" : part, call);
      return isFailure(applied) ? applied : (nameProblem(kind, applied, request) ?? applied);
    },
  });
}

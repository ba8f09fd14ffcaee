import { cast } from "../../base/units.ts";
import { isObject } from "../patch/merge.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Request, Response } from "../../api/request.ts";
import type { Scale } from "../../api/types/autoscaling-v1.ts";
import type { LabelSelector } from "../../api/types/meta-v1.ts";
import { decodeBody } from "../decode-body.ts";
import { conflict, invalid, isFailure, MODIFIED, notFound } from "../failure.ts";
import { FieldErrors } from "../field-errors.ts";
import type { Kind } from "../kind.ts";
import { scaleKind } from "../kinds/binding.ts";
import { applyPatch } from "../patch.ts";
import { selectorText } from "../selector-text.ts";
import type { Call, Server } from "../server-state.ts";
import { storedObject, updateObject } from "../update.ts";

interface Scalable extends ApiObject {
  readonly spec: { readonly replicas?: number; readonly selector?: LabelSelector | { readonly [key: string]: string } };
  readonly status?: { readonly replicas?: number };
}

/** GET, PUT and PATCH of <resource>/<name>/scale. */
export function scaleObject(server: Server, kind: Kind, request: Request, call: Call): Response {
  const stored = storedObject(server, kind, request);
  if (stored === undefined) return notFound(kind, request.name ?? "");
  const now = scaleOf(cast<Scalable>(stored));
  if (request.verb === "get") return { ok: true, code: 200, object: now };
  const wanted =
    request.verb === "patch"
      ? applyPatch(scaleKind, now, request.patchType ?? "merge", request.body, call)
      : decodeBody(scaleKind, request.body, call);
  if (isFailure(wanted)) return wanted;
  const scale = cast<Scale>(wanted);
  const { resourceVersion } = scale.metadata;
  if (resourceVersion !== undefined && resourceVersion !== "" && resourceVersion !== now.metadata.resourceVersion)
    return conflict(kind, now.metadata.name, MODIFIED);
  const replicas = scale.spec?.replicas ?? 0;
  if (replicas < 0) {
    const errors = new FieldErrors();
    errors.invalid("spec.replicas", replicas, "must be greater than or equal to 0");
    return invalid("Scale", "autoscaling", now.metadata.name, errors.causes);
  }
  const answer = updateObject(server, kind, request, call, {
    part: "main",
    put: false,
    subresource: "scale",
    change: (object) => cast<ApiObject>({ ...object, spec: { ...cast<Scalable>(object).spec, replicas } }),
  });
  if (!answer.ok || !("object" in answer)) return answer;
  return { ...answer, object: scaleOf(cast<Scalable>(answer.object)) };
}

function scaleOf(object: Scalable): ApiObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const { replicas = 0, selector } = object.spec;
  const query = selector === undefined ? undefined : isLabelSelector(selector) ? selector : { matchLabels: selector };
  const text = query === undefined ? "" : selectorText(query);
  return cast<ApiObject>({
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, ...(namespace !== undefined && { namespace }), uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: object.status?.replicas ?? 0, ...(text !== "" && { selector: text }) },
  });
}

function isLabelSelector(selector: object): selector is LabelSelector {
  const { matchLabels, matchExpressions } = selector as LabelSelector;
  return isObject(matchLabels) || Array.isArray(matchExpressions);
}

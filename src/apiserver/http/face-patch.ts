import { cast } from "../../base/units.ts";
import { keyOf } from "../../api/object.ts";
import type { PatchType } from "../../api/request.ts";
import type { Etcd } from "../../etcd/etcd.ts";
import { notFound } from "../failure.ts";
import type { Failure } from "../failure.ts";
import { rawPatch } from "../patch.ts";
import type { Face } from "./faces.ts";
import type { Target } from "./path.ts";

type Json = { readonly [field: string]: unknown };

/** The stored object after a patch of what a face shows of it: the body of an update. */
export function patchedBehind(etcd: Etcd, target: Target, face: Face, type: PatchType, patch: unknown): Json | Failure {
  const { kind, resource, namespace = "", name = "" } = target;
  const stored = etcd.get(resource, kind.namespaced ? keyOf(namespace, name) : name);
  if (stored === undefined) return notFound(kind, name);
  const patched = rawPatch(kind, cast(face.shown(cast<Json>(stored))), type, patch);
  return "ok" in patched ? cast<Failure>(patched) : face.stored(cast<Json>(patched.value));
}

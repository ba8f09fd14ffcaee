import { z } from "zod";
import type { ApiObject, Resource } from "../../api/object.ts";
import { objectKey } from "../../api/object.ts";
import type { Request } from "../../api/request.ts";
import { cast } from "../../base/units.ts";
import { compareText } from "../../base/order.ts";
import { text, whole } from "../plan/fields.ts";
import type { StepReply } from "./step-program.ts";

/** Kinds that a command can point at, in kubectl's singular words. */
export type TargetWord =
  | "deployment"
  | "statefulset"
  | "daemonset"
  | "replicaset"
  | "pod"
  | "node"
  | "service"
  | "job"
  | "cronjob"
  | "configmap"
  | "poddisruptionbudget"
  | "endpointslice"
  | "namespace";

const RESOURCES: { readonly [W in TargetWord]: Resource } = {
  deployment: "deployments.apps",
  statefulset: "statefulsets.apps",
  daemonset: "daemonsets.apps",
  replicaset: "replicasets.apps",
  pod: "pods",
  node: "nodes",
  service: "services",
  job: "jobs.batch",
  cronjob: "cronjobs.batch",
  configmap: "configmaps",
  poddisruptionbudget: "poddisruptionbudgets.policy",
  endpointslice: "endpointslices.discovery.k8s.io",
  namespace: "namespaces",
};

/** All kinds that a command can point at. */
export const TARGET_WORDS: readonly TargetWord[] = cast<readonly TargetWord[]>(Object.keys(RESOURCES));

/** One object by name, or the (index mod n)-th of those that exist when the step runs, by key order. */
export type TargetRef = string | { readonly index: number; readonly selector?: string };

/** Which object a command is about: exactly one kind, and the namespace (default: "default"; with an index: all). */
export interface Target {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly name?: string;
  readonly index?: number;
  readonly selector?: string;
}

/** The fields of a command's parameters that point at its object. */
export type TargetParams = { readonly [W in TargetWord]?: TargetRef } & { readonly namespace?: string };

const ref: z.ZodType<TargetRef> = z.union([text, z.strictObject({ index: whole(0), selector: text.exactOptional() })], {
  error: "expected a name or {index: n}",
});

type Shape = { readonly [field: string]: z.ZodType };

/** Schema of parameters that point at one object of the given kinds, with the command's own fields besides. */
export function targeted<P extends TargetParams>(words: readonly TargetWord[], fields: Shape): z.ZodType<P> {
  const shape: { [field: string]: z.ZodType } = { ...fields, namespace: text.exactOptional() };
  for (const word of words) shape[word] = ref.exactOptional();
  const schema = z.strictObject(shape).refine((params) => words.filter((word) => word in params).length === 1, {
    error: `expected exactly one of ${words.join(", ")}`,
  });
  return schema as unknown as z.ZodType<P>;
}

/** The target that parameters point at. */
export function targetOf(params: TargetParams): Target {
  for (const word of TARGET_WORDS) {
    const value = params[word];
    const resource = RESOURCES[word];
    if (value === undefined) continue;
    const scoped = resource !== "nodes" && resource !== "namespaces";
    if (typeof value === "string")
      return { resource, name: value, ...(scoped && { namespace: params.namespace ?? "default" }) };
    return { resource, ...value, ...(scoped && params.namespace !== undefined && { namespace: params.namespace }) };
  }
  return { resource: "", name: "" };
}

/** The live request that finds a target. */
export function findRequest(target: Target): Request {
  const place = { resource: target.resource, ...(target.namespace !== undefined && { namespace: target.namespace }) };
  if (target.name !== undefined) return { verb: "get", ...place, name: target.name };
  return {
    verb: "list",
    ...place,
    ...(target.selector !== undefined && { options: { labelSelector: target.selector } }),
  };
}

/** The object in the answer to `findRequest`; undefined when there is none. */
export function foundIn(target: Target, reply: StepReply | undefined): ApiObject | undefined {
  const response = reply?.response;
  if (response === undefined || !response.ok) return undefined;
  if ("object" in response) return response.object;
  const items = [...response.list.items].sort((a, b) => compareText(objectKey(a), objectKey(b)));
  return items.length === 0 ? undefined : items[(target.index ?? 0) % items.length];
}

/** Verb, resource, namespace and name of a request about `object`. */
export function placeOf(
  resource: Resource,
  object: ApiObject,
): { resource: Resource; namespace?: string; name: string } {
  const { namespace, name } = object.metadata;
  return { resource, name, ...(namespace !== undefined && namespace !== "" && { namespace }) };
}

import { withField, withoutField } from "../../base/with-field.ts";
import { cast } from "../../base/units.ts";
import { timestamp } from "../../base/time.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Request, Response } from "../../api/request.ts";
import type { Binding, Pod } from "../../api/types/core-v1.ts";
import { commit } from "../commit.ts";
import { decodeBody } from "../decode-body.ts";
import { badRequest, conflict, failure, isFailure, notFound, plainError } from "../failure.ts";
import type { Failure } from "../failure.ts";
import { bindingKind } from "../kinds/binding.ts";
import type { Kind } from "../kind.ts";
import { setCondition } from "../kinds/pod-conditions.ts";
import type { Call, Server } from "../server-state.ts";
import { storedObject } from "../update.ts";
import { CREATED } from "./success.ts";

const TOPOLOGY_LABELS = ["topology.kubernetes.io/zone", "topology.kubernetes.io/region"];

/** POST pods/<name>/binding (or bindings): assigns a pod to a node. */
export function bindPod(server: Server, kind: Kind, request: Request, call: Call): Response {
  const decoded = decodeBody(bindingKind, request.body, call);
  if (isFailure(decoded)) return decoded;
  const binding = cast<Binding>(decoded);
  const named = binding.metadata?.name ?? "";
  if (request.name !== undefined && named !== "" && request.name !== named)
    return badRequest("name in URL does not match name in Binding object");
  const wrong = targetProblem(binding);
  if (wrong !== undefined) return wrong;
  const name = request.name ?? named;
  const stored = storedObject(server, kind, { ...request, name });
  if (stored === undefined) return notFound(kind, name);
  const pod = cast<Pod>(stored);
  const refused = assignProblem(kind, pod, binding);
  if (refused !== undefined) return refused;
  commit(server, kind, cast<ApiObject>(assign(server, pod, binding, call)), call);
  return CREATED;
}

function targetProblem(binding: Binding): Failure | undefined {
  const { kind = "", name = "" } = binding.target ?? {};
  if (kind !== "" && kind !== "Node")
    return plainError(`target.kind: Unsupported value: ${JSON.stringify(kind)}: supported values: "Node", "<empty>"`);
  return name === "" ? plainError("target.name: Required value") : undefined;
}

function assignProblem(kind: Kind, pod: Pod, binding: Binding): Failure | undefined {
  const { name, uid, resourceVersion } = pod.metadata;
  const wanted = binding.metadata;
  const precondition = (what: string, sent: string, has: string): Failure =>
    conflict(
      kind,
      name,
      `StorageError: invalid object, Code: 4, Key: /registry/pods/${pod.metadata.namespace ?? ""}/${name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: ${what} in precondition: ${sent}, ${what} in object meta: ${has}`,
    );
  if (wanted?.uid !== undefined && wanted.uid !== "" && wanted.uid !== uid) return precondition("UID", wanted.uid, uid);
  if (
    wanted?.resourceVersion !== undefined &&
    wanted.resourceVersion !== "" &&
    wanted.resourceVersion !== resourceVersion
  )
    return precondition("ResourceVersion", wanted.resourceVersion, resourceVersion);
  const refuse = (why: string): Failure =>
    failure(409, "Conflict", `Operation cannot be fulfilled on pods/binding "${name}": ${why}`, {
      name,
      kind: "pods/binding",
    });
  if (pod.metadata.deletionTimestamp !== undefined)
    return refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec.nodeName !== undefined && pod.spec.nodeName !== "")
    return refuse(`pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`);
  if ((pod.spec.schedulingGates?.length ?? 0) > 0) return refuse(`pod ${name} has non-empty .spec.schedulingGates`);
  return undefined;
}

function assign(server: Server, pod: Pod, binding: Binding, call: Call): Pod {
  const nodeName = binding.target.name ?? "";
  const node = server.etcd.get("nodes", nodeName);
  let { labels } = pod.metadata;
  for (const key of TOPOLOGY_LABELS) {
    const value = node?.metadata.labels?.[key];
    if (value !== undefined && labels?.[key] !== value) labels = withField(labels ?? {}, key, value);
  }
  if (binding.metadata?.labels !== undefined) labels = { ...binding.metadata.labels, ...labels };
  const annotations = binding.metadata?.annotations;
  let { metadata } = pod;
  if (labels !== undefined) metadata = withField(metadata, "labels", labels);
  if (annotations !== undefined)
    metadata = withField(metadata, "annotations", { ...metadata.annotations, ...annotations });
  const { status = {} } = pod;
  const kept = status.nominatedNodeName === undefined ? status : withoutField(status, "nominatedNodeName");
  const scheduled = {
    type: "PodScheduled",
    status: "True",
    lastProbeTime: null,
    lastTransitionTime: timestamp(call.context.now),
  };
  return {
    ...pod,
    metadata,
    spec: withField(pod.spec, "nodeName", nodeName),
    status: setCondition(kept, scheduled),
  };
}

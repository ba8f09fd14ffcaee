import { cast } from "../../base/units.ts";
import type { ApiObject } from "../../api/object.ts";
import type { PersistentVolumeClaim, Pod } from "../../api/types/core-v1.ts";
import type { Ingress } from "../../api/types/networking-v1.ts";
import { grantProblem } from "../authorization/escalation.ts";
import { isFailure } from "../failure.ts";
import type { Failure } from "../failure.ts";
import type { Kind } from "../kind.ts";
import type { Call, Server } from "../server-state.ts";
import { addIngressClass, addStorageClass } from "./default-class.ts";
import { withDefaultTolerations } from "./default-toleration-seconds.ts";
import { defaultLimits, limitsProblem } from "./limit-ranger.ts";
import { namespaceProblem } from "./namespace-lifecycle.ts";
import { nodeRestriction } from "./node-restriction.ts";
import { namespacePodSecurity, podSecurity } from "./pod-security.ts";
import { withTopologyLabels } from "./pod-topology-labels.ts";
import { resizeProblem } from "./claim-resize.ts";
import { resolvePriority, secondDefault } from "./priority.ts";
import { chargeQuota } from "./resource-quota.ts";
import { applyRuntimeClass } from "./runtime-class.ts";
import { mutateByWebhooks, refusedByWebhooks } from "./webhooks.ts";
import { addServiceAccount } from "./service-account.ts";
import type { SpecChanges } from "./service-account.ts";

/** Mutating admission of a new object, before validation: the object as it will be, or why not. */
export function admitCreate(server: Server, kind: Kind, object: ApiObject, call: Call): ApiObject | Failure {
  const admitted = pluginsOnCreate(server, kind, object, call);
  return server.options.mutatingWebhooks === undefined || isFailure(admitted)
    ? admitted
    : mutated(server, kind, admitted, null, "", call);
}

function mutated(
  server: Server,
  kind: Kind,
  object: ApiObject,
  stored: ApiObject | null,
  subresource: string,
  call: Call,
): ApiObject | Failure {
  const { name, namespace } = object.metadata;
  const operation = stored === null ? "CREATE" : "UPDATE";
  return mutateByWebhooks(server, kind, { operation, subresource, object, stored, name, namespace }, call) ?? object;
}

function pluginsOnCreate(server: Server, kind: Kind, object: ApiObject, call: Call): ApiObject | Failure {
  if (kind.namespaced) {
    const problem = namespaceProblem(server, kind, object, call.context.now);
    if (problem !== undefined) return problem;
  }
  if (call.remote) {
    const { name } = object.metadata;
    const refused =
      nodeRestriction(server, kind, { subresource: "", object, name }, call) ??
      grantProblem(server, kind, object, undefined, call);
    if (refused !== undefined) return refused;
  }
  if (kind.plural === "persistentvolumeclaims")
    return cast<ApiObject>(addStorageClass(server, cast<PersistentVolumeClaim>(object)));
  if (kind.plural === "ingresses") return cast<ApiObject>(addIngressClass(server, cast<Ingress>(object)));
  if (kind.plural !== "pods" || cast<Pod>(object).spec === undefined) return object;
  const pod = withTopologyLabels(server, defaultLimits(server, cast<Pod>(object)));
  const changes: SpecChanges = {};
  const tolerations = withDefaultTolerations(pod.spec.tolerations);
  if (tolerations !== undefined) changes.tolerations = tolerations;
  const refused =
    addServiceAccount(server, kind, pod, changes, call) ??
    resolvePriority(server, kind, pod, changes) ??
    applyRuntimeClass(server, kind, pod, changes);
  if (refused !== undefined) return refused;
  return cast<ApiObject>({ ...pod, spec: Object.assign({}, pod.spec, changes) });
}

/** Mutating admission of an update of an object or a subresource of it. */
export function admitUpdate(
  server: Server,
  kind: Kind,
  object: ApiObject,
  stored: ApiObject,
  part: string,
  call: Call,
): ApiObject | Failure {
  const admitted = pluginsOnUpdate(server, kind, object, stored, part, call);
  return server.options.mutatingWebhooks === undefined || isFailure(admitted)
    ? admitted
    : mutated(server, kind, admitted, stored, part === "main" ? "" : part, call);
}

function pluginsOnUpdate(
  server: Server,
  kind: Kind,
  object: ApiObject,
  stored: ApiObject,
  part: string,
  call: Call,
): ApiObject | Failure {
  if (call.remote) {
    const subresource = part === "main" ? "" : part;
    const refused =
      nodeRestriction(server, kind, { subresource, object, stored, name: stored.metadata.name }, call) ??
      grantProblem(server, kind, object, stored, call);
    if (refused !== undefined) return refused;
  }
  if (part !== "main" || kind.plural !== "pods") return object;
  const pod = cast<Pod>(object);
  if (pod.spec === cast<Pod>(stored).spec) return object;
  const tolerations = withDefaultTolerations(pod.spec.tolerations);
  if (tolerations === undefined || tolerations === pod.spec.tolerations) return object;
  return cast<ApiObject>({ ...pod, spec: { ...pod.spec, tolerations } });
}

/** Validating admission, after validation: why a write is refused. The quota comes last, since it is charged here. */
export function admitWrite(
  server: Server,
  kind: Kind,
  object: ApiObject,
  stored: ApiObject | undefined,
  part: string,
  call: Call,
): Failure | undefined {
  if (server.options.validatingWebhooks !== undefined) {
    const { name, namespace } = object.metadata;
    const operation = stored === undefined ? "CREATE" : "UPDATE";
    const subresource = part === "main" ? "" : part;
    const write = { operation, subresource, object, stored: stored ?? null, name, namespace } as const;
    const refused = refusedByWebhooks(server, kind, write, call);
    if (refused !== undefined) return refused;
  }
  if (part !== "main" && part !== "ephemeralcontainers") return undefined;
  if (kind.plural === "priorityclasses") return secondDefault(server, kind, object);
  if (kind.plural === "namespaces") return namespacePodSecurity(server, kind, object, stored, call);
  if (!kind.namespaced) return undefined;
  if (stored !== undefined && kind.plural === "persistentvolumeclaims")
    return resizeProblem(server, kind, object, stored);
  const insecure = podSecurity(server, kind, object, stored, call);
  if (insecure !== undefined || stored !== undefined) return insecure;
  const limited = kind.plural === "pods" || kind.plural === "persistentvolumeclaims";
  return (limited ? limitsProblem(server, kind, object) : undefined) ?? chargeQuota(server, kind, object, call);
}

/** Admission of a deletion. */
export function admitDelete(server: Server, kind: Kind, stored: ApiObject, call: Call): Failure | undefined {
  const { name, namespace } = stored.metadata;
  const refused = nodeRestriction(server, kind, { subresource: "", stored, name }, call);
  if (refused !== undefined) return refused;
  const { mutatingWebhooks, validatingWebhooks } = server.options;
  if (mutatingWebhooks === undefined && validatingWebhooks === undefined) return undefined;
  const write = { operation: "DELETE", subresource: "", object: null, stored, name, namespace } as const;
  const mutation = mutateByWebhooks(server, kind, write, call);
  return mutation !== null && isFailure(mutation) ? mutation : refusedByWebhooks(server, kind, write, call);
}

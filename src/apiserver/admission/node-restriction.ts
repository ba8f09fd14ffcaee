import { cast } from "../../base/units.ts";
import { deepEqual } from "../../api/equal.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import { nodeOf } from "../authorization/node.ts";
import { podReferences } from "../authorization/pod-references.ts";
import { forbidden } from "../failure.ts";
import type { Failure } from "../failure.ts";
import type { Kind } from "../kind.ts";
import type { Call, Server } from "../server-state.ts";

/** What a write does to what; the stored object is absent for a creation, the new one for a deletion. */
export interface NodeWrite {
  readonly subresource: string;
  readonly object?: ApiObject;
  readonly stored?: ApiObject;
  readonly name: string;
}

type Labels = ApiObject["metadata"]["labels"];

const MIRROR = "kubernetes.io/config.mirror";

/** NodeRestriction: why a kubelet may not write what the node authorizer lets it; nobody else is its business. */
export function nodeRestriction(server: Server, kind: Kind, write: NodeWrite, call: Call): Failure | undefined {
  if (!call.remote) return undefined;
  const node = nodeOf(call.user);
  if (node === undefined) return undefined;
  const why =
    node === ""
      ? `could not determine node from user ${JSON.stringify(call.user?.name ?? "")}`
      : CHECKS[kind.plural]?.(node, write, server);
  return why === undefined ? undefined : forbidden(kind, write.name, why);
}

type Check = (node: string, write: NodeWrite, server: Server) => string | undefined;

const pods: Check = (node, { subresource, object, stored }, server) => {
  if (subresource === "status") return podStatus(node, object, stored);
  if (subresource === "eviction")
    return stored === undefined ? undefined : podRemoval(node, cast<Pod>(stored), "evict");
  if (subresource !== "")
    return `unexpected pod subresource ${JSON.stringify(subresource)}, only 'status' and 'eviction' are allowed`;
  if (stored === undefined) return object === undefined ? undefined : podCreation(node, cast<Pod>(object), server);
  if (object === undefined) return podRemoval(node, cast<Pod>(stored), "delete");
  return undefined;
};

function podCreation(node: string, pod: Pod, server: Server): string | undefined {
  const { annotations, ownerReferences = [] } = pod.metadata;
  if (annotations?.[MIRROR] === undefined)
    return `pod does not have ${JSON.stringify(MIRROR)} annotation, node ${JSON.stringify(node)} can only create mirror pods`;
  if (pod.spec.nodeName !== node)
    return `node ${JSON.stringify(node)} can only create pods with spec.nodeName set to itself`;
  if (ownerReferences.length > 1)
    return `node ${JSON.stringify(node)} can only create pods with a single owner reference set to itself`;
  const [owner] = ownerReferences;
  if (owner !== undefined) {
    if (owner.apiVersion !== "v1" || owner.kind !== "Node" || owner.name !== node)
      return `node ${JSON.stringify(node)} can only create pods with an owner reference set to itself`;
    if (owner.controller !== true)
      return `node ${JSON.stringify(node)} can only create pods with a controller owner reference set to itself`;
    if (owner.blockOwnerDeletion === true)
      return `node ${JSON.stringify(node)} must not set blockOwnerDeletion on an owner reference`;
    const uid = server.etcd.get("nodes", node)?.metadata.uid;
    if (owner.uid !== uid) return `node ${node} UID mismatch: expected ${owner.uid} got ${uid ?? ""}`;
  }
  if ((pod.spec.serviceAccountName ?? "") !== "")
    return `node ${JSON.stringify(node)} can not create pods that reference a service account`;
  const { secrets, configMaps, claims } = podReferences(pod);
  const refers =
    secrets.size > 0 ? "secrets" : configMaps.size > 0 ? "configmaps" : claims.size > 0 ? "persistentvolumeclaims" : "";
  return refers === "" ? undefined : `node ${JSON.stringify(node)} can not create pods that reference ${refers}`;
}

function podRemoval(node: string, { spec }: Pod, verb: string): string | undefined {
  if (spec.nodeName === node) return undefined;
  return `node ${JSON.stringify(node)} can only ${verb} pods with spec.nodeName set to itself`;
}

function podStatus(node: string, object: ApiObject | undefined, stored: ApiObject | undefined): string | undefined {
  if (object === undefined || stored === undefined) return undefined;
  if (cast<Pod>(stored).spec.nodeName !== node)
    return `node ${JSON.stringify(node)} can only update pod status for pods with spec.nodeName set to itself`;
  if (!deepEqual(object.metadata.labels ?? {}, stored.metadata.labels ?? {}))
    return `node ${JSON.stringify(node)} cannot update labels through pod status`;
  return undefined;
}

const nodes: Check = (node, { object, stored, name }) => {
  if (name !== node) return `node ${JSON.stringify(node)} is not allowed to modify node ${JSON.stringify(name)}`;
  if (object === undefined) return undefined;
  const { labels } = object.metadata;
  if (stored === undefined) {
    const bad = changed(labels, undefined, isForbiddenForKubelets);
    if (bad.length > 0)
      return `node ${JSON.stringify(node)} is not allowed to set the following labels: ${bad.join(", ")}`;
    return cast<Node>(object).spec?.configSource === undefined ? undefined : "cannot set node configSource";
  }
  const before = stored.metadata;
  if (!deepEqual(object.metadata.ownerReferences ?? [], before.ownerReferences ?? []))
    return `node ${JSON.stringify(node)} is not allowed to modify ownerReferences`;
  if (!deepEqual(cast<Node>(object).spec?.taints ?? [], cast<Node>(stored).spec?.taints ?? []))
    return `node ${JSON.stringify(node)} is not allowed to modify taints`;
  const bad = changed(labels, before.labels, isForbiddenForKubelets);
  return bad.length === 0 ? undefined : `is not allowed to modify labels: ${bad.join(", ")}`;
};

function changed(now: Labels, before: Labels, counts: (key: string) => boolean): readonly string[] {
  const keys = new Set([...Object.keys(now ?? {}), ...Object.keys(before ?? {})]);
  return [...keys].filter((key) => now?.[key] !== before?.[key] && counts(key)).sort();
}

const OWN_LABELS: ReadonlySet<string> = new Set([
  "kubernetes.io/hostname",
  "topology.kubernetes.io/zone",
  "topology.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region",
  "node.kubernetes.io/instance-type",
  "beta.kubernetes.io/instance-type",
  "kubernetes.io/os",
  "kubernetes.io/arch",
  "beta.kubernetes.io/os",
  "beta.kubernetes.io/arch",
  "node.kubernetes.io/windows-build",
]);
const OWN_DOMAINS: readonly string[] = ["kubelet.kubernetes.io", "node.kubernetes.io"];

/** Labels under kubernetes.io and k8s.io that are not a kubelet's own, and what isolates workloads. */
function isForbiddenForKubelets(key: string): boolean {
  const slash = key.indexOf("/");
  const domain = slash < 0 ? "" : key.slice(0, slash);
  const under = (parent: string): boolean => domain === parent || domain.endsWith(`.${parent}`);
  if (under("node-restriction.kubernetes.io")) return true;
  if (!under("kubernetes.io") && !under("k8s.io")) return false;
  return !OWN_LABELS.has(key) && !OWN_DOMAINS.some(under);
}

const claims: Check = (node, { subresource, object, stored }) => {
  if (subresource !== "status") return `may only update PVC status`;
  if (object === undefined || stored === undefined) return undefined;
  const rest = (claim: ApiObject): unknown => {
    const { status: _, metadata, ...others } = cast<ApiObject & { readonly status?: unknown }>(claim);
    const { resourceVersion: _1, managedFields: _2, ...meta } = metadata;
    return { ...others, metadata: meta };
  };
  return deepEqual(rest(object), rest(stored))
    ? undefined
    : `node ${JSON.stringify(node)} is not allowed to update fields other than status.quantity and status.conditions`;
};

const leases: Check = (node, { object, stored, name }) => {
  const place = (object ?? stored)?.metadata.namespace;
  if (place !== "kube-node-lease") return 'can only access leases in the "kube-node-lease" system namespace';
  return name === node ? undefined : "can only access node lease with the same name as the requesting node";
};

const csiNodes: Check = (node, { name }) =>
  name === node ? undefined : "can only access CSINode with the same name as the requesting node";

const CHECKS: { readonly [plural: string]: Check } = {
  pods,
  nodes,
  persistentvolumeclaims: claims,
  leases,
  csinodes: csiNodes,
};

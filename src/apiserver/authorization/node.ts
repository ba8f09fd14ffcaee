import { cast } from "../../base/units.ts";
import { parseFieldQuery } from "../../api/field-query.ts";
import type { User } from "../../api/request.ts";
import type { PersistentVolumeClaim, Pod } from "../../api/types/core-v1.ts";
import type { PolicyRule } from "../../api/types/rbac-v1.ts";
import type { VolumeAttachment } from "../../api/types/storage-v1.ts";
import type { Etcd } from "../../etcd/etcd.ts";
import { allows } from "../authorization.ts";
import type { Attributes } from "../authorization.ts";
import { podReferences } from "./pod-references.ts";

const NODE_USER = "system:node:";

/** The node that a user is: its name, "" when the name says no node; undefined for everybody else. */
export function nodeOf(user: User | undefined): string | undefined {
  if (user?.groups.includes("system:nodes") !== true) return undefined;
  return user.name.startsWith(NODE_USER) ? user.name.slice(NODE_USER.length) : "";
}

/** What every node may do besides what depends on itself (system:node). */
const RULES: readonly PolicyRule[] = [
  { verbs: ["create"], apiGroups: ["authentication.k8s.io"], resources: ["tokenreviews"] },
  {
    verbs: ["create"],
    apiGroups: ["authorization.k8s.io"],
    resources: ["subjectaccessreviews", "localsubjectaccessreviews"],
  },
  { verbs: ["get", "list", "watch"], apiGroups: [""], resources: ["services"] },
  { verbs: ["create", "update", "patch"], apiGroups: ["", "events.k8s.io"], resources: ["events"] },
  { verbs: ["get"], apiGroups: [""], resources: ["endpoints"] },
  {
    verbs: ["create", "get", "list", "watch"],
    apiGroups: ["certificates.k8s.io"],
    resources: ["certificatesigningrequests"],
  },
  { verbs: ["get", "watch", "list"], apiGroups: ["storage.k8s.io"], resources: ["csidrivers"] },
  { verbs: ["get", "list", "watch"], apiGroups: ["node.k8s.io"], resources: ["runtimeclasses"] },
];

/** Node authorizer: undefined when a node may, else why it has no opinion, "" for no reason; nobody else is its business. */
export function nodeRefusal(etcd: Etcd, attributes: Attributes): string | undefined {
  const node = nodeOf(attributes.user);
  if (node === undefined) return "";
  if (node === "") return `unknown node for user ${JSON.stringify(attributes.user.name)}`;
  const { group, resource } = attributes;
  const check = CHECKS[group === "" ? resource : `${resource}.${group}`];
  if (check !== undefined) return check(etcd, node, attributes);
  return RULES.some((rule) => allows(rule, attributes)) ? undefined : "";
}

type Check = (etcd: Etcd, node: string, attributes: Attributes) => string | undefined;

const readNamespaced: Check = (etcd, node, attributes) => {
  const { verb, subresource, namespace } = attributes;
  if (!["get", "list", "watch"].includes(verb)) return "can only read resources of this type";
  if (subresource !== undefined) return "cannot read subresource";
  if (namespace === undefined) return "can only read namespaced object of this type";
  return related(etcd, node, attributes);
};

const readOne: Check = (etcd, node, attributes) => {
  if (attributes.verb !== "get") return "can only get individual resources of this type";
  if (attributes.subresource !== undefined) return "cannot get subresource";
  return related(etcd, node, attributes);
};

const claims: Check = (etcd, node, attributes) => {
  if (attributes.subresource !== "status") return readOne(etcd, node, attributes);
  if (attributes.verb !== "update" && attributes.verb !== "patch") return "can only get/update/patch this type";
  return related(etcd, node, attributes);
};

const serviceAccounts: Check = (etcd, node, attributes) => {
  const { verb, subresource, name } = attributes;
  if (verb === "get" && subresource === undefined) return readNamespaced(etcd, node, attributes);
  if (verb !== "create" || name === undefined) return "can only create tokens for individual service accounts";
  if (subresource !== "token") return "can only create token subresource of serviceaccount";
  return related(etcd, node, attributes);
};

const WRITES = ["get", "create", "update", "patch", "delete"];

const leases: Check = (_etcd, node, { verb, namespace, name }) => {
  if (!WRITES.includes(verb)) return "can only get, create, update, patch, or delete a node lease";
  if (namespace !== "kube-node-lease") return 'can only access leases in the "kube-node-lease" system namespace';
  if (verb !== "create" && name !== node) return "can only access node lease with the same name as the requesting node";
  return undefined;
};

const csiNodes: Check = (_etcd, node, { verb, subresource, name }) => {
  if (!WRITES.includes(verb)) return "can only get, create, update, patch, or delete a CSINode";
  if (subresource !== undefined) return "cannot authorize CSINode subresources";
  if (verb !== "create" && name !== node) return "can only access CSINode with the same name as the requesting node";
  return undefined;
};

const nodes: Check = (_etcd, node, { verb, subresource, name }) => {
  if (subresource === "status") return verb === "update" || verb === "patch" ? undefined : "";
  if (subresource !== undefined) return "";
  if (["create", "update", "patch"].includes(verb)) return undefined;
  if (!["get", "list", "watch"].includes(verb)) return "";
  if (name === node) return undefined;
  if (name === undefined) return `node '${node}' cannot read all nodes, only its own Node object`;
  return `node '${node}' cannot read '${name}', only its own Node object`;
};

const pods: Check = (etcd, node, attributes) => {
  const { verb, subresource, name, fieldSelector = "" } = attributes;
  if (subresource === "status") return verb === "update" || verb === "patch" ? undefined : "";
  if (subresource === "eviction") return verb === "create" ? undefined : "";
  if (subresource !== undefined) return "";
  if (verb === "create" || verb === "delete") return undefined;
  if (verb === "get") return readOne(etcd, node, attributes);
  if (verb !== "list" && verb !== "watch") return "";
  const query = parseFieldQuery(fieldSelector);
  const own = (one: { readonly field: string; readonly negated: boolean; readonly value: string }): boolean =>
    one.field === "spec.nodeName" && !one.negated && one.value === node;
  if (!("error" in query) && query.some(own)) return undefined;
  if (name !== undefined) return related(etcd, node, attributes);
  return "can only list/watch pods with spec.nodeName field selector";
};

const CHECKS: { readonly [resource: string]: Check } = {
  secrets: readNamespaced,
  configmaps: readNamespaced,
  persistentvolumeclaims: claims,
  persistentvolumes: readOne,
  "volumeattachments.storage.k8s.io": readOne,
  serviceaccounts: serviceAccounts,
  "leases.coordination.k8s.io": leases,
  "csinodes.storage.k8s.io": csiNodes,
  nodes,
  pods,
};

/** Whether a pod on the node leads to the object. */
function related(etcd: Etcd, node: string, { resource, namespace, name }: Attributes): string | undefined {
  if (name === undefined) return "No Object name found";
  return leadsTo(etcd, node, resource, namespace, name)
    ? undefined
    : `no relationship found between node '${node}' and this object`;
}

function leadsTo(etcd: Etcd, node: string, resource: string, namespace: string | undefined, name: string): boolean {
  if (resource === "volumeattachments") {
    const found = etcd.get("volumeattachments.storage.k8s.io", name);
    return found !== undefined && cast<VolumeAttachment>(found).spec.nodeName === node;
  }
  const own = etcd.range("pods", namespace).filter((pod) => cast<Pod>(pod).spec.nodeName === node);
  return own.some((object) => {
    const pod = cast<Pod>(object);
    const { secrets, configMaps, claims: claimed } = podReferences(pod);
    switch (resource) {
      case "pods":
        return pod.metadata.name === name;
      case "serviceaccounts":
        return (pod.spec.serviceAccountName ?? "") === name;
      case "secrets":
        return secrets.has(name);
      case "configmaps":
        return configMaps.has(name);
      case "persistentvolumeclaims":
        return claimed.has(name);
      default:
        return [...claimed].some((claim) => volumeOf(etcd, pod.metadata.namespace ?? "", claim) === name);
    }
  });
}

function volumeOf(etcd: Etcd, namespace: string, claim: string): string | undefined {
  const found = etcd.get("persistentvolumeclaims", `${namespace}/${claim}`);
  return found === undefined ? undefined : cast<PersistentVolumeClaim>(found).spec?.volumeName;
}

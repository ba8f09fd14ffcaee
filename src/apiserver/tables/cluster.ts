import { compareText } from "../../base/order.ts";
import { cast } from "../../base/units.ts";
import type { Lease } from "../../api/types/coordination-v1.ts";
import type { ConfigMap, Event, Namespace, Node, ResourceQuota, Secret } from "../../api/types/core-v1.ts";
import type { PodDisruptionBudget } from "../../api/types/policy-v1.ts";
import type { RoleRef, Subject } from "../../api/types/rbac-v1.ts";
import type { PriorityClass } from "../../api/types/scheduling-v1.ts";
import type { ApiObject } from "../../api/object.ts";
import { NONE, UNKNOWN } from "./cells.ts";
import type { Printer } from "./cells.ts";
import { since } from "./human-duration.ts";

export const printNode: Printer = (object, now) => {
  const { metadata, spec, status } = cast<Node>(object);
  const ready = status?.conditions?.findLast((one) => one.type === "Ready");
  const state = ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
  const roles = rolesOf(metadata.labels ?? {}).join(",");
  const info = status?.nodeInfo;
  const address = (type: string): string => status?.addresses?.find((one) => one.type === type)?.address ?? NONE;
  const known = (text: string | undefined): string => (text === undefined || text === "" ? UNKNOWN : text);
  const arch = info?.architecture === undefined || info.architecture === "" ? "" : ` (${info.architecture})`;
  return [
    metadata.name,
    spec?.unschedulable === true ? `${state},SchedulingDisabled` : state,
    roles === "" ? NONE : roles,
    since(now, metadata.creationTimestamp),
    info?.kubeletVersion ?? "",
    address("InternalIP"),
    address("ExternalIP"),
    known(info?.osImage),
    known(info?.kernelVersion) + arch,
    known(info?.containerRuntimeVersion),
  ];
};

const ROLE_PREFIX = "node-role.kubernetes.io/";

function rolesOf(labels: { readonly [key: string]: string }): readonly string[] {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(labels)) {
    const role = key.startsWith(ROLE_PREFIX)
      ? key.slice(ROLE_PREFIX.length)
      : key === "kubernetes.io/role"
        ? value
        : "";
    if (role !== "") roles.add(role);
  }
  return [...roles].sort(compareText);
}

export const printNamespace: Printer = (object, now) => {
  const { metadata, status } = cast<Namespace>(object);
  return [metadata.name, status?.phase ?? "", since(now, metadata.creationTimestamp)];
};

export const printConfigMap: Printer = (object, now) => {
  const { metadata, data = {}, binaryData = {} } = cast<ConfigMap>(object);
  const keys = Object.keys(data).length + Object.keys(binaryData).length;
  return [metadata.name, keys, since(now, metadata.creationTimestamp)];
};

export const printSecret: Printer = (object, now) => {
  const { metadata, type, data = {} } = cast<Secret>(object);
  return [metadata.name, type ?? "", Object.keys(data).length, since(now, metadata.creationTimestamp)];
};

export const printServiceAccount: Printer = ({ metadata }, now) => [
  metadata.name,
  since(now, metadata.creationTimestamp),
];

export const printResourceQuota: Printer = (object, now) => {
  const { metadata, status } = cast<ResourceQuota>(object);
  const hard = status?.hard ?? {};
  const lines = Object.keys(hard)
    .sort(compareText)
    .map((resource) => ({
      resource,
      text: `${resource}: ${status?.used?.[resource] ?? "0"}/${hard[resource] ?? "0"}`,
    }));
  const part = (limits: boolean): string =>
    lines
      .filter(({ resource }) => resource.startsWith("limits.") === limits)
      .map(({ text }) => text)
      .join(", ");
  return [metadata.name, part(false), part(true), since(now, metadata.creationTimestamp)];
};

export const printLease: Printer = (object, now) => {
  const { metadata, spec } = cast<Lease>(object);
  return [metadata.name, spec?.holderIdentity ?? "", since(now, metadata.creationTimestamp)];
};

export const printPriorityClass: Printer = (object, now) => {
  const { metadata, value, globalDefault = false, preemptionPolicy = "" } = cast<PriorityClass>(object);
  return [metadata.name, value ?? 0, globalDefault, since(now, metadata.creationTimestamp), preemptionPolicy];
};

export const printRuntimeClass: Printer = (object, now) => {
  const { metadata, handler } = cast<ApiObject & { readonly handler: string }>(object);
  return [metadata.name, handler, since(now, metadata.creationTimestamp)];
};

export const printPodDisruptionBudget: Printer = (object, now) => {
  const { metadata, spec, status } = cast<PodDisruptionBudget>(object);
  const text = (value: string | number | undefined): string => (value === undefined ? "N/A" : String(value));
  return [
    metadata.name,
    text(spec?.minAvailable),
    text(spec?.maxUnavailable),
    status?.disruptionsAllowed ?? 0,
    since(now, metadata.creationTimestamp),
  ];
};

export const printBinding: Printer = (object, now) => {
  const {
    metadata,
    roleRef,
    subjects = [],
  } = cast<ApiObject & { readonly roleRef?: RoleRef; readonly subjects?: readonly Subject[] }>(object);
  const named = (kind: string): string =>
    subjects
      .filter((subject) => subject.kind === kind)
      .map(({ namespace = "", name }) =>
        namespace === "" || kind !== "ServiceAccount" ? name : `${namespace}/${name}`,
      )
      .join(", ");
  return [
    metadata.name,
    `${roleRef?.kind ?? ""}/${roleRef?.name ?? ""}`,
    since(now, metadata.creationTimestamp),
    named("User"),
    named("Group"),
    named("ServiceAccount"),
  ];
};

export const printEvent: Printer = (object, now) => {
  const event = cast<Event>(object);
  const { firstTimestamp, lastTimestamp, eventTime, series, source } = event;
  const involvedObject = event.involvedObject ?? {};
  const first = since(now, present(firstTimestamp) ?? present(eventTime));
  const last = present(lastTimestamp) === undefined ? first : since(now, lastTimestamp ?? undefined);
  const target = (involvedObject.kind ?? "").toLowerCase();
  const component = orElse(source?.component, event.reportingComponent);
  const host = orElse(source?.host, event.reportingInstance);
  const count = event.count ?? 0;
  return [
    series === undefined ? last : since(now, present(series.lastObservedTime)),
    event.type ?? "",
    event.reason ?? "",
    (involvedObject.name ?? "") === "" ? target : `${target}/${involvedObject.name ?? ""}`,
    involvedObject.fieldPath ?? "",
    host === "" ? component : `${component}, ${host}`,
    (event.message ?? "").trim(),
    first,
    series === undefined ? (count === 0 ? 1 : count) : (series.count ?? 0),
    event.metadata.name,
  ];
};

function present(time: string | null | undefined): string | undefined {
  return time === null || time === "" ? undefined : time;
}

function orElse(text: string | undefined, other: string | undefined): string {
  return text === undefined || text === "" ? (other ?? "") : text;
}

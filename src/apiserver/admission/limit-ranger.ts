import { compareText } from "../../base/order.ts";
import { cast } from "../../base/units.ts";
import { formatQuantity } from "../../api/canonical-quantity.ts";
import type { ApiObject } from "../../api/object.ts";
import { parseQuantity } from "../../api/quantity.ts";
import type { Container, LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod } from "../../api/types/core-v1.ts";
import { forbidden } from "../failure.ts";
import type { Failure } from "../failure.ts";
import type { Kind } from "../kind.ts";
import type { Server } from "../server-state.ts";
import { addAmounts, podTotal } from "../../api/pod-amounts.ts";
import type { Amounts } from "../../api/pod-amounts.ts";

type Texts = { readonly [name: string]: string } | undefined;
const ANNOTATION = "kubernetes.io/limit-ranger";

/** LimitRanges of a namespace; empty for most, which is what this has to be fast for. */
function rangesOf(server: Server, object: ApiObject): readonly LimitRange[] {
  const namespace = object.metadata.namespace ?? "";
  if (server.etcd.keysOf("limitranges", namespace) === undefined) return [];
  return cast<readonly LimitRange[]>(server.etcd.range("limitranges", namespace));
}

/** LimitRanger, first half: defaults of containers, told in an annotation. */
export function defaultLimits(server: Server, pod: Pod): Pod {
  const items = rangesOf(server, pod as ApiObject).flatMap((range) => range.spec?.limits ?? []);
  const limits: { [name: string]: string } = {};
  const requests: { [name: string]: string } = {};
  for (const item of items) {
    if (item.type !== "Container") continue;
    for (const name in item.default) limits[name] ??= item.default[name] ?? "0";
    for (const name in item.defaultRequest) requests[name] ??= item.defaultRequest[name] ?? "0";
  }
  if (Object.keys(limits).length === 0 && Object.keys(requests).length === 0) return pod;
  const told: string[] = [];
  const fill = (container: Container, what: string): Container => filled(container, what, limits, requests, told);
  const containers = (pod.spec.containers ?? []).map((container) => fill(container, "container"));
  const initContainers = pod.spec.initContainers?.map((container) => fill(container, "init container"));
  if (told.length === 0) return pod;
  const annotations = { ...pod.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${told.join("; ")}` };
  const spec = { ...pod.spec, containers, ...(initContainers !== undefined && { initContainers }) };
  return { ...pod, metadata: { ...pod.metadata, annotations }, spec };
}

function filled(
  container: Container,
  what: string,
  limits: NonNullable<Texts>,
  requests: NonNullable<Texts>,
  told: string[],
): Container {
  const { resources } = container;
  const addedRequests = missing(requests, resources?.requests);
  const addedLimits = missing(limits, resources?.limits);
  if (addedRequests.length > 0) told.push(`${addedRequests.join(", ")} request for ${what} ${container.name}`);
  if (addedLimits.length > 0) told.push(`${addedLimits.join(", ")} limit for ${what} ${container.name}`);
  if (addedRequests.length === 0 && addedLimits.length === 0) return container;
  return {
    ...container,
    resources: {
      ...resources,
      ...(addedLimits.length > 0 && { limits: { ...limits, ...resources?.limits } }),
      ...(addedRequests.length > 0 && { requests: { ...requests, ...resources?.requests } }),
    },
  };
}

function missing(wanted: NonNullable<Texts>, has: Texts): readonly string[] {
  return Object.keys(wanted)
    .filter((name) => has?.[name] === undefined)
    .sort(compareText);
}

/** LimitRanger, second half: why a pod or claim is outside the limits. */
export function limitsProblem(server: Server, kind: Kind, object: ApiObject): Failure | undefined {
  for (const range of rangesOf(server, object)) {
    const problems: string[] = [];
    for (const item of range.spec?.limits ?? []) {
      if (kind.plural === "pods") podProblems(item, cast<Pod>(object), problems);
      else if (item.type === "PersistentVolumeClaim")
        claimProblems(item, cast<PersistentVolumeClaim>(object), problems);
    }
    if (problems.length > 0) {
      const text = problems.length === 1 ? problems.join("") : `[${problems.join(", ")}]`;
      return forbidden(kind, object.metadata.name, text);
    }
  }
  return undefined;
}

function podProblems(item: LimitRangeItem, pod: Pod, problems: string[]): void {
  if (item.type === "Container")
    for (const { resources } of [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]) {
      const requests: Amounts = new Map();
      const limits: Amounts = new Map();
      addAmounts(requests, resources?.requests);
      addAmounts(limits, resources?.limits);
      constraints(item, requests, limits, problems);
    }
  else if (item.type === "Pod")
    constraints(item, podTotal(pod.spec, "requests"), podTotal(pod.spec, "limits"), problems);
}

const sorted = (amounts: Texts): readonly (readonly [string, string])[] =>
  Object.entries(amounts ?? {}).sort(([a], [b]) => compareText(a, b));

function show(amount: { readonly nano: bigint; readonly inBinary: boolean }): string {
  return formatQuantity(amount.nano, amount.inBinary);
}

function constraints(item: LimitRangeItem, requests: Amounts, limits: Amounts, problems: string[]): void {
  for (const [name, text] of sorted(item.min)) {
    const bound = parseQuantity(text) ?? 0n;
    const head = `minimum ${name} usage per ${item.type} is ${text}`;
    const request = requests.get(name);
    const limit = limits.get(name);
    if (request === undefined) problems.push(`${head}.  No request is specified`);
    else if (request.nano < bound) problems.push(`${head}, but request is ${show(request)}`);
    else if (limit !== undefined && limit.nano < bound) problems.push(`${head}, but limit is ${show(limit)}`);
  }
  for (const [name, text] of sorted(item.max)) {
    const bound = parseQuantity(text) ?? 0n;
    const head = `maximum ${name} usage per ${item.type} is ${text}`;
    const request = requests.get(name);
    const limit = limits.get(name);
    if (limit === undefined) problems.push(`${head}.  No limit is specified`);
    else if (limit.nano > bound) problems.push(`${head}, but limit is ${show(limit)}`);
    else if (request !== undefined && request.nano > bound) problems.push(`${head}, but request is ${show(request)}`);
  }
  for (const [name, text] of sorted(item.maxLimitRequestRatio)) ratio(item, name, text, requests, limits, problems);
}

function ratio(
  item: LimitRangeItem,
  name: string,
  text: string,
  requests: Amounts,
  limits: Amounts,
  problems: string[],
): void {
  const head = `${name} max limit to request ratio per ${item.type} is ${text}`;
  const request = requests.get(name);
  const limit = limits.get(name);
  if (request === undefined || request.nano === 0n)
    problems.push(`${head}, but no request is specified or request is 0`);
  else if (limit === undefined || limit.nano === 0n) problems.push(`${head}, but no limit is specified or limit is 0`);
  else {
    const observed = Number(limit.nano) / Number(request.nano);
    if (observed > Number(parseQuantity(text) ?? 0n) / 1e9)
      problems.push(`${head}, but provided ratio is ${observed.toFixed(6)}`);
  }
}

function claimProblems(item: LimitRangeItem, claim: PersistentVolumeClaim, problems: string[]): void {
  const requests: Amounts = new Map();
  addAmounts(requests, claim.spec.resources?.requests);
  for (const [which, bounds] of [
    ["minimum", item.min],
    ["maximum", item.max],
  ] as const)
    for (const [name, text] of sorted(bounds)) {
      const bound = parseQuantity(text) ?? 0n;
      const head = `${which} ${name} usage per PersistentVolumeClaim is ${text}`;
      const request = requests.get(name);
      if (request === undefined) problems.push(`${head}.  No request is specified`);
      else if (which === "minimum" ? request.nano < bound : request.nano > bound)
        problems.push(`${head}, but request is ${show(request)}`);
    }
}

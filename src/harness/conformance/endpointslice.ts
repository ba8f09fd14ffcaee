import { present } from "../../base/assert.ts";
import { compareText } from "../../base/order.ts";
import { cast } from "../../base/units.ts";
import type { ApiObject } from "../../api/object.ts";
import { objectKey } from "../../api/object.ts";
import type { Service } from "../../api/types/core-v1.ts";
import type { Endpoint, EndpointPort, EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { Write } from "../../client/controller.ts";
import type { Lister, Store } from "../../client/informer.ts";
import { applyToStore, emptyStore, listerOf } from "../../client/informer.ts";
import type { WatchSpec } from "../../client/component.ts";
import type { EndpointSliceMemory } from "../../controllers/endpointslice/controller.ts";
import { endpointSliceController } from "../../controllers/endpointslice/controller.ts";
import { withHints } from "../../controllers/endpointslice/traffic-distribution.ts";
import type { CaseOutcome, Conformance, Difference } from "./conformance.ts";

interface Group {
  readonly addressType: string;
  readonly ports: readonly EndpointPort[];
  readonly sizes: readonly number[];
  readonly labels: { readonly [key: string]: string };
  readonly endpoints: readonly Endpoint[];
  readonly hintCounts?: { readonly [zone: string]: number };
}

interface Step {
  readonly groups: readonly Group[];
  readonly events: readonly string[];
  readonly errors?: readonly string[];
}

interface Case {
  readonly name: string;
  readonly service: Service;
  readonly nodes: readonly ApiObject[];
  readonly pods: readonly (readonly ApiObject[])[];
  readonly expect: readonly Step[];
}

/** Informer stores that the case fills by hand. */
interface Stores {
  readonly specs: ReadonlyMap<string, WatchSpec>;
  readonly stores: ReadonlyMap<string, Store>;
  readonly listers: ReadonlyMap<string, Lister>;
  version: number;
}

const controller = endpointSliceController();

/** Replays recorded steps of the EndpointSlice controller. */
export const endpointsliceConformance: Conformance = {
  area: "endpointslice",
  recognises: (line) =>
    line["service"] !== undefined &&
    Array.isArray(line["nodes"]) &&
    Array.isArray(line["pods"]) &&
    Array.isArray(line["expect"]),
  replay: (line) => replayCase(cast<Case>(line)),
};

function replayCase(recorded: Case): CaseOutcome {
  const { name, expect } = recorded;
  const actual = play(recorded);
  const differences: Difference[] = [];
  let agree = 0;
  expect.forEach((step, i) => {
    const want = canonical(step);
    const got = canonical(actual[i]);
    const at = want.findIndex((line, n) => line !== got[n]);
    if (at < 0 && want.length === got.length) agree += 1;
    else
      differences.push({ where: `step ${i}`, expected: want[at] ?? "nothing", actual: got[at < 0 ? want.length : at] });
  });
  const decisions = expect.length;
  return { family: "slices", name, decisions, agree, disagree: decisions - agree, notSupported: 0, differences };
}

function play(recorded: Case): Step[] {
  const stores = openStores();
  const service: ApiObject = { ...recorded.service, apiVersion: "v1", kind: "Service" };
  const auto = service.metadata.annotations?.["service.kubernetes.io/topology-mode"] !== undefined;
  put(stores, "services", service);
  for (const node of recorded.nodes) put(stores, "nodes", node);
  let memory: EndpointSliceMemory = controller.initialMemory();
  let known: readonly ApiObject[] = [];
  return recorded.pods.map((pods) => {
    const stay = new Set(pods.map(objectKey));
    for (const pod of known) if (!stay.has(objectKey(pod))) put(stores, "pods", pod, true);
    for (const pod of pods) put(stores, "pods", pod);
    known = pods;
    const intents = controller.reconcile({
      key: objectKey(service),
      now: 0,
      listers: { of: (resource) => present(stores.listers.get(resource), "the informer") },
      expectationsSatisfied: true,
      replies: [],
      memory,
      random: () => 0,
    });
    memory = intents.memory ?? memory;
    for (const step of intents.writes) for (const write of step) perform(stores, write);
    const slices = [...present(stores.listers.get("endpointslices.discovery.k8s.io"), "the informer").list()];
    return {
      groups: groupsOf(cast<EndpointSlice[]>(slices), auto),
      events: (intents.events ?? [])
        .filter((event) => event.reason !== "FailedToUpdateEndpointSlices")
        .map((event) => `${event.type} ${event.reason} ${event.message}`)
        .sort(compareText),
      ...(intents.failed !== undefined && { errors: [intents.failed] }),
    };
  });
}

function openStores(): Stores {
  const specs = new Map(controller.watches.map((spec) => [spec.resource, spec]));
  const stores = new Map(controller.watches.map((spec) => [spec.resource, emptyStore(spec)]));
  const listers = new Map([...stores].map(([resource, store]) => [resource, listerOf(store)]));
  return { specs, stores, listers, version: 0 };
}

function put(stores: Stores, resource: string, object: ApiObject, gone = false): void {
  stores.version += 1;
  const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(stores.version) } };
  const store = present(stores.stores.get(resource), "the informer");
  applyToStore(
    store,
    present(stores.specs.get(resource), "the informer"),
    objectKey(object),
    gone ? undefined : stored,
  );
}

/** What the API server would do with a write to slices. */
function perform(stores: Stores, { request }: Write): void {
  const { resource, namespace, name, verb } = request;
  if (verb === "delete") {
    const object = present(stores.listers.get(resource), "the informer").get(`${namespace ?? ""}/${name ?? ""}`);
    if (object !== undefined) put(stores, resource, object, true);
    return;
  }
  const body = cast<EndpointSlice>(request.body);
  const given =
    verb === "create" ? `${body.metadata.generateName ?? ""}${stores.version}` : (name ?? body.metadata.name);
  put(stores, resource, { ...body, metadata: { ...body.metadata, name: given } });
}

function groupsOf(slices: readonly EndpointSlice[], auto: boolean): Group[] {
  const byKey = new Map<string, { group: Group; sizes: number[]; endpoints: Endpoint[] }>();
  for (const slice of slices) {
    const ports = [...(slice.ports ?? [])].sort((a, b) => compareText(a.name ?? "", b.name ?? ""));
    const key = slice.addressType + stable(ports);
    let entry = byKey.get(key);
    if (entry === undefined) {
      const sizes: number[] = [];
      const endpoints: Endpoint[] = [];
      const group = { addressType: slice.addressType, ports, sizes, labels: slice.metadata.labels ?? {}, endpoints };
      byKey.set(key, (entry = { group, sizes, endpoints }));
    }
    entry.sizes.push((slice.endpoints ?? []).length);
    entry.endpoints.push(...(slice.endpoints ?? []));
  }
  return [...byKey.values()].map(({ group, sizes, endpoints }) => {
    sizes.sort((a, b) => a - b);
    endpoints.sort((a, b) => compareText(a.addresses[0] ?? "", b.addresses[0] ?? ""));
    if (!auto) return group;
    const hintCounts: { [zone: string]: number } = {};
    for (const { hints } of endpoints)
      for (const { name } of hints?.forZones ?? []) hintCounts[name] = (hintCounts[name] ?? 0) + 1;
    return { ...group, hintCounts, endpoints: endpoints.map((endpoint) => withHints(endpoint, undefined)) };
  });
}

/** One line per group, endpoint, event and error, in one order. */
function canonical(step: Step | undefined): string[] {
  const lines: string[] = [];
  for (const { endpoints, ports, hintCounts, ...rest } of step?.groups ?? []) {
    const key = `${rest.addressType} ${stable([...ports].sort((a, b) => compareText(a.name ?? "", b.name ?? "")))}`;
    lines.push(`${key} ${stable({ ...rest, hintCounts: hintCounts ?? {} })}`);
    for (const endpoint of endpoints) lines.push(`${key} ${stable(endpoint)}`);
  }
  lines.sort(compareText);
  for (const event of step?.events ?? []) lines.push(`event ${event}`);
  for (const error of step?.errors ?? []) lines.push(`error ${error}`);
  return lines;
}

/** JSON with sorted keys. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort((a, b) => compareText(a[0], b[0])))
      : part,
  );
}

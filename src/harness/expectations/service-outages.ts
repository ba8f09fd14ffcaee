import { z } from "zod";
import { duration as asDuration } from "../plan/fields.ts";
import type { Millis } from "../../base/units.ts";
import { cast } from "../../base/units.ts";
import type { Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { Change, World } from "../../cluster/world.ts";
import type { Place } from "../findings/cause.ts";
import { causeOfOutage } from "../findings/cause.ts";
import { same } from "../invariants/same.ts";
import { duration, objectName } from "../findings/words.ts";
import type { Disturbance, DisturbanceKind, Finding, ManifestExpectation } from "./expectation.ts";

/** Parameters of the expectations about Services. */
export interface OutageParams {
  /** Outages up to this long are no finding; clients retry. */
  readonly toleratedMs: Millis;
  /** Names, or "namespace/name", of the only Services that count; all when absent. */
  readonly services?: readonly string[] | undefined;
}

export interface Outage {
  readonly at: Millis;
  readonly disturbance: Disturbance;
  readonly cause: string;
}

/** What is remembered of one Service. */
export interface Watched {
  /** Its slices by key. */
  readonly slices: Map<string, EndpointSlice>;
  /** Where its reachable ready endpoints are. */
  places: readonly Place[];
  /** The same when the last disturbance began. */
  before: readonly Place[];
  everReady: boolean;
  outage: Outage | undefined;
}

export interface OutageMemory {
  readonly params: OutageParams;
  readonly services: Map<string, Watched>;
  readonly disturbances: Map<string, Disturbance>;
  /** Keys of Services with an outage. */
  readonly open: Set<string>;
}

interface Face {
  readonly name: string;
  readonly kinds: readonly DisturbanceKind[];
}

/** A disturbance that is over still explains what begins so shortly after it. */
const AFTERMATH_MS: Millis = 10_000;
/** A loss leaves marks for longer: stale endpoints, evictions, restarts. */
const LOSS_AFTERMATH_MS: Millis = 120_000;

const params: z.ZodType<OutageParams> = z.strictObject({
  toleratedMs: asDuration.default(1000),
  services: z.array(z.string()).optional(),
});

/** An expectation of the form "no Service is without a ready endpoint while … ", for disturbances of these kinds alone. */
export function serviceOutages(
  name: string,
  statement: string,
  kinds: readonly DisturbanceKind[],
): ManifestExpectation<OutageParams, OutageMemory> {
  return {
    name,
    statement,
    params,
    resources: ["endpointslices.discovery.k8s.io", "services", "pods"],
    init: (chosen) => ({ params: chosen, services: new Map(), disturbances: new Map(), open: new Set() }),
    onChange(memory, change, world) {
      if (change.resource === "pods")
        return memory.open.size === 0 ? undefined : judgeOpen(memory, world, { name, kinds });
      const key = change.resource === "services" ? followService(memory, change) : followSlice(memory, change);
      const watched = key === undefined ? undefined : memory.services.get(key);
      if (key === undefined || watched === undefined) return undefined;
      const finding = judge(memory, key, watched, world, { name, kinds });
      return finding === undefined ? undefined : [finding];
    },
    onDisturbance(memory, disturbance, world) {
      const begins = !memory.disturbances.has(disturbance.id);
      memory.disturbances.set(disturbance.id, disturbance);
      const found: Finding[] = [];
      for (const [key, watched] of memory.services) {
        if (begins) watched.before = watched.places;
        const finding = judge(memory, key, watched, world, { name, kinds });
        if (finding !== undefined) found.push(finding);
      }
      return found;
    },
    atEnd(memory, world) {
      const found: Finding[] = [];
      for (const [key, { outage }] of memory.services) {
        const finding =
          outage === undefined
            ? undefined
            : report(name, key, outage, world.now, { recovered: false, toleratedMs: memory.params.toleratedMs });
        if (finding !== undefined) found.push(finding);
      }
      return found;
    },
  };
}

function followService(memory: OutageMemory, { key, before, after }: Change): string | undefined {
  if (after === undefined) {
    memory.services.delete(key);
    memory.open.delete(key);
    return undefined;
  }
  const { selector, type } = cast<Service>(after).spec;
  const watched = memory.services.get(key);
  const counts = type !== "ExternalName" && Object.keys(selector ?? {}).length > 0 && chosen(memory.params, key);
  if (!counts) {
    if (watched !== undefined) watched.everReady = false;
    return undefined;
  }
  if (watched === undefined)
    memory.services.set(key, { slices: new Map(), places: [], before: [], everReady: false, outage: undefined });
  else if (before !== undefined && !same(cast<Service>(before).spec.selector, selector)) {
    watched.everReady = false;
    watched.outage = undefined;
    memory.open.delete(key);
  }
  return key;
}

function followSlice(memory: OutageMemory, { key, before, after }: Change): string | undefined {
  const slice = cast<EndpointSlice>(after ?? before);
  const service = `${slice.metadata.namespace}/${slice.metadata.labels?.["kubernetes.io/service-name"]}`;
  const watched = memory.services.get(service);
  if (after === undefined) watched?.slices.delete(key);
  else watched?.slices.set(key, slice);
  return service;
}

function chosen({ services }: OutageParams, key: string): boolean {
  return services === undefined || services.some((name) => name === key || key.endsWith(`/${name}`));
}

function judge(
  memory: OutageMemory,
  key: string,
  watched: Watched,
  world: World,
  { name, kinds }: Face,
): Finding | undefined {
  const last = watched.places;
  watched.places = reachable(watched, world);
  if (watched.places.length > 0) {
    const outage = watched.outage;
    watched.everReady = true;
    watched.outage = undefined;
    memory.open.delete(key);
    return outage === undefined
      ? undefined
      : report(name, key, outage, world.now, { recovered: true, toleratedMs: memory.params.toleratedMs });
  }
  if (!watched.everReady || watched.outage !== undefined || last.length === 0) return undefined;
  const service = cast<Service | undefined>(world.objects("services").get(key));
  const disturbance = blamed(memory, kinds, last, world.now);
  if (service === undefined || disturbance === undefined) return undefined;
  const cause = causeOfOutage(service, watched.before.length > 0 ? watched.before : last, disturbance, world);
  if (cause === undefined) return undefined;
  watched.outage = { at: world.now, disturbance, cause };
  memory.open.add(key);
  return undefined;
}

/** A pod that runs again on a rebooted node may serve without any change of the slices. */
function judgeOpen(memory: OutageMemory, world: World, face: Face): Finding[] {
  const found: Finding[] = [];
  for (const key of [...memory.open]) {
    const watched = memory.services.get(key);
    const finding = watched === undefined ? undefined : judge(memory, key, watched, world, face);
    if (finding !== undefined) found.push(finding);
  }
  return found;
}

/** Ready endpoints on nodes with power; after a loss the pod must also run again, whatever its slice still says. */
function reachable({ slices, outage }: Watched, world: World): Place[] {
  const afterLoss = outage?.disturbance.kind === "node-loss" || outage?.disturbance.kind === "zone-loss";
  const places: Place[] = [];
  for (const { endpoints } of slices.values())
    for (const { conditions, nodeName = "", zone = "", targetRef } of endpoints ?? []) {
      if (conditions?.ready === false || (nodeName !== "" && !world.powered(nodeName))) continue;
      if (afterLoss && !world.containers(nodeName).some(({ running, podUid }) => running && podUid === targetRef?.uid))
        continue;
      places.push({ node: nodeName, zone });
    }
  return places;
}

/** The latest disturbance of these kinds that can have taken the last endpoints, when no other kind was at work. */
function blamed(
  memory: OutageMemory,
  kinds: readonly DisturbanceKind[],
  last: readonly Place[],
  now: Millis,
): Disturbance | undefined {
  let found: Disturbance | undefined;
  for (const disturbance of memory.disturbances.values()) {
    const { kind, until, at, nodes } = disturbance;
    const own = kinds.includes(kind);
    const aftermath = kind === "rollout" || kind === "drain" ? AFTERMATH_MS : LOSS_AFTERMATH_MS;
    if (kind === "scale" || (until !== undefined && until + aftermath < now)) continue;
    if (!own) {
      if (kind === "rollout" || kind === "drain") continue;
      return undefined;
    }
    if (nodes !== undefined && !last.some(({ node }) => nodes.includes(node))) continue;
    if (found === undefined || at >= found.at) found = disturbance;
  }
  return found;
}

function report(
  expectation: string,
  key: string,
  { at, disturbance, cause }: Outage,
  now: Millis,
  { recovered, toleratedMs }: { readonly recovered: boolean; readonly toleratedMs: Millis },
): Finding | undefined {
  const durationMs = now - at;
  if (durationMs <= toleratedMs) return undefined;
  const object = objectName("Service", key);
  const time = duration(durationMs);
  const sentence = recovered
    ? `${object} had no ready endpoint for ${time} while ${disturbance.what}: ${cause}`
    : `${object} had no ready endpoint for ${time}, up to the end, after ${disturbance.what}: ${cause}`;
  return {
    expectation,
    object,
    sentence,
    at,
    durationMs,
    during: disturbance.what,
    disturbance: disturbance.kind,
    cause,
    recovered,
  };
}

import type { Endpoint, EndpointHints, EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { Draft, SliceChanges } from "./slice.ts";
import { changedDraft } from "./slice.ts";

const closeValues: readonly (string | undefined)[] = ["PreferClose", "PreferSameZone", "PreferSameNode"];

/** Whether the value of spec.trafficDistribution gives hints. */
export function validTrafficDistribution(value: string | undefined): boolean {
  return closeValues.includes(value);
}

/** upstream trafficdist.ReconcileHints: each ready endpoint gets its own zone as hint, and its node if that is preferred. */
export function addTrafficDistributionHints(
  changes: SliceChanges,
  unchanged: readonly EndpointSlice[],
  value: string,
): void {
  const nodes = value === "PreferSameNode";
  for (const slice of unchanged) {
    const endpoints = slice.endpoints ?? [];
    if (endpoints.some((endpoint) => ready(endpoint) && !sameHints(endpoint.hints, hintsOf(endpoint, nodes))))
      changes.toUpdate.push(changedDraft(slice, [...endpoints], slice.metadata.labels ?? {}));
  }
  for (const draft of [...changes.toCreate, ...changes.toUpdate]) {
    draft.endpoints = draft.endpoints.map((endpoint) =>
      ready(endpoint) ? withHints(endpoint, hintsOf(endpoint, nodes)) : endpoint,
    );
  }
}

/** upstream topologycache.RemoveHintsFromSlices. */
export function removeHints(changes: SliceChanges, unchanged: readonly EndpointSlice[]): void {
  for (const draft of [...changes.toCreate, ...changes.toUpdate]) stripHints(draft);
  for (const slice of unchanged) {
    const endpoints = slice.endpoints ?? [];
    if (!endpoints.some((endpoint) => endpoint.hints !== undefined)) continue;
    const draft = changedDraft(slice, [...endpoints], slice.metadata.labels ?? {});
    stripHints(draft);
    changes.toUpdate.push(draft);
  }
}

/** The endpoint with these hints, or without. */
export function withHints(endpoint: Endpoint, hints: EndpointHints | undefined): Endpoint {
  if (endpoint.hints === undefined && hints === undefined) return endpoint;
  const { hints: _, ...rest } = endpoint;
  return hints === undefined ? rest : { ...rest, hints };
}

/** Condition ready is true. */
export function ready(endpoint: Endpoint): boolean {
  return endpoint.conditions?.ready === true;
}

function stripHints(draft: Draft): void {
  if (draft.endpoints.some((endpoint) => endpoint.hints !== undefined))
    draft.endpoints = draft.endpoints.map((endpoint) => withHints(endpoint, undefined));
}

function hintsOf(endpoint: Endpoint, nodes: boolean): EndpointHints | undefined {
  const { zone, nodeName } = endpoint;
  const byNode = nodes && nodeName !== undefined;
  if (zone === undefined && !byNode) return undefined;
  return {
    ...(zone !== undefined && { forZones: [{ name: zone }] }),
    ...(byNode && { forNodes: [{ name: nodeName }] }),
  };
}

function sameHints(a: EndpointHints | undefined, b: EndpointHints | undefined): boolean {
  return sameNames(a?.forZones, b?.forZones) && sameNames(a?.forNodes, b?.forNodes);
}

function sameNames(
  a: readonly { readonly name: string }[] = [],
  b: readonly { readonly name: string }[] = [],
): boolean {
  return a.length === b.length && a.every((entry, i) => entry.name === b[i]?.name);
}

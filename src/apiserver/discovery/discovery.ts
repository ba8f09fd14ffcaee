import { kindOf } from "../kinds/index.ts";
import { CORE_GROUP } from "./core-group.ts";

import { SYSTEM_GROUPS } from "./system-groups.ts";
import { WORKLOAD_GROUPS } from "./workload-groups.ts";
import type { DiscoveryGroup, DiscoveryResource, DiscoveryVersion } from "./resource.ts";

type Json = { readonly [field: string]: unknown };

const ALL_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** Resources without storage: the server answers them by itself. */
const REVIEWS: ReadonlySet<string> = new Set([
  "selfsubjectreviews.authentication.k8s.io",
  "tokenreviews.authentication.k8s.io",
  "localsubjectaccessreviews.authorization.k8s.io",
  "selfsubjectaccessreviews.authorization.k8s.io",
  "selfsubjectrulesreviews.authorization.k8s.io",
  "subjectaccessreviews.authorization.k8s.io",
]);

function isServed(group: string, version: string, name: string): boolean {
  const resource = group === "" ? name : `${name}.${group}`;
  return REVIEWS.has(resource) || kindOf(resource)?.version === version || name === "bindings";
}

function servedGroups(more: readonly DiscoveryGroup[]): readonly DiscoveryGroup[] {
  const cut = [...CORE_GROUP, ...WORKLOAD_GROUPS, ...SYSTEM_GROUPS].map(({ name, versions }) => ({
    name,
    versions: versions
      .map(({ version, resources }) => ({
        version,
        resources: resources.filter((resource) => isServed(name, version, resource.name)),
      }))
      .filter(({ resources }) => resources.length > 0),
  }));
  return [...cut.filter(({ versions }) => versions.length > 0), ...more];
}

/** All discovery documents by path. `aggregated`: the form that one request for all groups answers with. */
export interface DiscoveryDocuments {
  readonly aggregated: ReadonlyMap<string, Json>;
  readonly plain: ReadonlyMap<string, Json>;
}

/** The documents for the kinds that are served, and for `more` groups that an edge answers by itself. */
export function discoveryDocuments(address: string, more: readonly DiscoveryGroup[] = []): DiscoveryDocuments {
  const groups = servedGroups(more);
  const plain = new Map<string, Json>();
  plain.set("/api", {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: address }],
  });
  const named = groups.filter(({ name }) => name !== "");
  plain.set("/apis", { kind: "APIGroupList", apiVersion: "v1", groups: named.map(groupSummary) });
  for (const group of groups) {
    if (group.name !== "")
      plain.set(`/apis/${group.name}`, { kind: "APIGroup", apiVersion: "v1", ...groupSummary(group) });
    for (const version of group.versions) plain.set(...resourceList(group.name, version));
  }
  const aggregated = new Map<string, Json>([
    ["/api", aggregate(groups.filter(({ name }) => name === ""))],
    ["/apis", aggregate(named)],
  ]);
  return { aggregated, plain };
}

function groupSummary({ name, versions }: DiscoveryGroup): Json {
  const all = versions.map(({ version }) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: all, preferredVersion: all[0] };
}

function resourceList(group: string, { version, resources }: DiscoveryVersion): [string, Json] {
  const listed: Json[] = [];
  for (const resource of resources) {
    const { name, singular, namespaced, kind, verbs = ALL_VERBS, shortNames, categories, hash } = resource;
    listed.push({
      name,
      singularName: singular,
      namespaced,
      kind,
      verbs,
      ...(shortNames !== undefined && { shortNames }),
      ...(categories !== undefined && { categories }),
      ...(hash !== undefined && { storageVersionHash: hash }),
    });
    for (const part of resource.subresources ?? [])
      listed.push({
        name: `${name}/${part.name}`,
        singularName: "",
        namespaced,
        ...(part.group !== undefined && { group: part.group }),
        ...(part.version !== undefined && { version: part.version }),
        kind: part.kind,
        verbs: part.verbs,
      });
  }
  if (group === "") return [`/api/${version}`, { kind: "APIResourceList", groupVersion: version, resources: listed }];
  const groupVersion = `${group}/${version}`;
  return [`/apis/${groupVersion}`, { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources: listed }];
}

function aggregate(groups: readonly DiscoveryGroup[]): Json {
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: name === "" ? {} : { name },
      versions: versions.map(({ version, resources }) => ({
        version,
        resources: resources.map(aggregatedResource),
        freshness: "Current",
      })),
    })),
  };
}

function aggregatedResource(resource: DiscoveryResource): Json {
  const { name, kind, namespaced, singular, verbs = ALL_VERBS, shortNames, categories, subresources } = resource;
  return {
    resource: name,
    responseKind: { group: "", version: "", kind },
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: singular,
    verbs,
    ...(shortNames !== undefined && { shortNames }),
    ...(categories !== undefined && { categories }),
    ...(subresources !== undefined && {
      subresources: subresources.map((part) => ({
        subresource: part.name,
        responseKind: { group: part.group ?? "", version: part.version ?? "", kind: part.kind },
        verbs: part.verbs,
      })),
    }),
  };
}

import fc from "fast-check";
import type { ApiObject } from "../../src/api/object.ts";
import type { Node } from "../../src/api/types/core-v1.ts";
import { cast } from "../../src/base/units.ts";
import type { Objects } from "../../src/scheduler/framework/objects.ts";
import { arbitraryNode, arbitraryPodSpec } from "./worlds.ts";

export const NAMESPACES = ["blue", "green"] as const;

const ZONE = "topology.kubernetes.io/zone";
const HOST = "kubernetes.io/hostname";

const labels = fc.record({ app: fc.constantFrom("web", "db"), tier: fc.constantFrom("a", "b") }, { requiredKeys: [] });
const labelSelector = fc.constantFrom<object | undefined>(
  undefined,
  {},
  { matchLabels: { app: "web" } },
  { matchLabels: { app: "db" } },
  { matchExpressions: [{ key: "tier", operator: "Exists" }] },
  { matchExpressions: [{ key: "app", operator: "NotIn", values: ["web"] }] },
);
const topologyKey = fc.constantFrom(HOST, ZONE, ZONE, "disk", "rack");

const term = fc
  .record({
    labelSelector,
    topologyKey,
    where: fc.constantFrom(
      {},
      {},
      { namespaces: ["green"] },
      { namespaceSelector: {} },
      { namespaceSelector: { matchLabels: { team: "one" } } },
    ),
  })
  .map(({ where, ...rest }) => ({ ...rest, ...where }));
const weighted = fc.record({ weight: fc.constantFrom(1, 7, 100), podAffinityTerm: term });

const podAffinity = fc.record(
  {
    requiredDuringSchedulingIgnoredDuringExecution: fc.array(term, { maxLength: 2 }),
    preferredDuringSchedulingIgnoredDuringExecution: fc.array(weighted, { maxLength: 2 }),
  },
  { requiredKeys: [] },
);

const constraint = fc.record(
  {
    maxSkew: fc.constantFrom(1, 2, 3),
    topologyKey,
    whenUnsatisfiable: fc.constantFrom("DoNotSchedule", "ScheduleAnyway"),
    labelSelector,
    minDomains: fc.constantFrom(1, 3),
    nodeAffinityPolicy: fc.constantFrom("Ignore", "Honor"),
    nodeTaintsPolicy: fc.constantFrom("Ignore", "Honor"),
    matchLabelKeys: fc.constantFrom(["tier"], []),
  },
  { requiredKeys: ["maxSkew", "topologyKey", "whenUnsatisfiable"] },
);

/** What makes pods look at each other; most pods have little of it. */
const relations = fc.record({
  affinity: fc.option(podAffinity, { nil: undefined, freq: 2 }),
  antiAffinity: fc.option(podAffinity, { nil: undefined, freq: 2 }),
  constraints: fc.option(fc.array(constraint, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 2 }),
});

/** A pod without its name: its metadata and its spec, related to other pods. */
export interface RelatedPod {
  readonly metadata: object;
  readonly spec: object;
}

export const arbitraryRelatedPod: fc.Arbitrary<RelatedPod> = fc
  .record({
    namespace: fc.constantFrom(...NAMESPACES),
    labels,
    owner: fc.constantFrom(undefined, undefined, "web"),
    spec: arbitraryPodSpec,
    relations,
  })
  .map(({ namespace, labels: own, owner, spec, relations: { affinity, antiAffinity, constraints } }) => {
    const before = cast<{ readonly affinity?: object }>(spec).affinity;
    return {
      metadata: {
        namespace,
        labels: own,
        ...(owner !== undefined && {
          ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: owner, uid: owner, controller: true }],
        }),
      },
      spec: {
        ...spec,
        affinity: {
          ...before,
          ...(affinity !== undefined && { podAffinity: affinity }),
          ...(antiAffinity !== undefined && { podAntiAffinity: antiAffinity }),
        },
        ...(constraints !== undefined && { topologySpreadConstraints: constraints }),
      },
    };
  });

/** A node that may lack the zone and may have a rack. */
export function arbitraryRelatedNode(name: string): fc.Arbitrary<Node> {
  return fc
    .record({ node: arbitraryNode(name), zoned: fc.boolean(), rack: fc.constantFrom(undefined, undefined, "r1", "") })
    .map(({ node, zoned, rack }) => {
      const { [ZONE]: zone, ...rest } = node.metadata.labels ?? {};
      const all = {
        ...rest,
        ...(zoned && zone !== undefined && { [ZONE]: zone }),
        ...(rack !== undefined && { rack }),
      };
      return { ...node, metadata: { ...node.metadata, labels: all } };
    });
}

/** Objects that change: namespaces with or without a team, Services and a ReplicaSet that may be there. */
export class World {
  readonly #objects = new Map<string, ApiObject>();
  #revision = 0;
  readonly view: Objects = {
    get: (resource, key) => this.#objects.get(`${resource} ${key}`),
    list: (resource) => this.#of(resource),
    inNamespace: (resource, namespace) => this.#of(resource).filter((one) => one.metadata.namespace === namespace),
    revision: () => this.#revision,
  };

  set(change: Change): void {
    const { resource, key } = change;
    this.#revision += 1;
    if (change.object === undefined) this.#objects.delete(`${resource} ${key}`);
    else this.#objects.set(`${resource} ${key}`, change.object);
  }

  #of(resource: string): ApiObject[] {
    return [...this.#objects].filter(([key]) => key.startsWith(`${resource} `)).map(([, object]) => object);
  }
}

/** One object comes, changes or goes. */
export interface Change {
  readonly resource: string;
  readonly key: string;
  readonly object: ApiObject | undefined;
}

function object(kind: string, namespace: string | undefined, name: string, rest: object): ApiObject {
  return cast<ApiObject>({ kind, metadata: { name, ...(namespace !== undefined && { namespace }), ...rest }, ...rest });
}

export const arbitraryChange: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ name: fc.constantFrom(...NAMESPACES), team: fc.constantFrom("one", "two") }).map(({ name, team }) => ({
    resource: "namespaces",
    key: name,
    object: object("Namespace", undefined, name, { labels: { team } }),
  })),
  fc
    .record({ namespace: fc.constantFrom(...NAMESPACES), there: fc.boolean(), app: fc.constantFrom("web", "db") })
    .map(({ namespace, there, app }) => ({
      resource: "services",
      key: `${namespace}/s`,
      object: there ? object("Service", namespace, "s", { spec: { selector: { app } } }) : undefined,
    })),
  fc.record({ namespace: fc.constantFrom(...NAMESPACES), there: fc.boolean() }).map(({ namespace, there }) => ({
    resource: "replicasets.apps",
    key: `${namespace}/web`,
    object: there
      ? object("ReplicaSet", namespace, "web", { spec: { selector: { matchLabels: { tier: "a" } } } })
      : undefined,
  })),
);

import fc from "fast-check";
import { z } from "zod";
import type { Resource } from "../../api/object.ts";
import type { World } from "../../cluster/world.ts";
import { anyPick, apiServersOf, pick, picked, watchedBy } from "./pick.ts";
import type { Pick } from "./pick.ts";

/** One API server's watch cache of a resource, or those of all resources. */
export interface CachePick {
  readonly server: Pick;
  /** By name, the (n mod count)-th of those that the control plane watches, or "*" for all. */
  readonly resource: Pick;
}

/** A cache that exists. */
export interface Cache {
  readonly server: string;
  readonly resource: Resource | "*";
}

/** The fields of a cache in a fault's schema. */
export const cacheFields: { readonly server: z.ZodType<Pick>; readonly resource: z.ZodType<Pick> } = {
  server: pick.default(0),
  resource: pick.default("*"),
};

/** Any cache. */
export const anyCache: { readonly server: fc.Arbitrary<Pick>; readonly resource: fc.Arbitrary<Pick> } = {
  server: anyPick,
  resource: fc.oneof(fc.constant("*"), anyPick),
};

/** The cache that is meant; undefined when the server does not exist. */
export function cacheOf(chosen: CachePick, world: World): Cache | undefined {
  const server = picked(chosen.server, apiServersOf(world));
  const { resource } = chosen;
  const named = typeof resource === "string" ? resource : picked(resource, watchedBy("kube-controller-manager"));
  return server === undefined || named === undefined ? undefined : { server, resource: named };
}

/** The word by which faults tell each other that they hold a cache. */
export function holdOf({ server, resource }: Cache): string {
  return `cache/${server}/${resource}`;
}

/** "the cache of kube-apiserver/2 for pods" */
export function cacheText({ server, resource }: Cache): string {
  return resource === "*" ? `the caches of ${server}` : `the cache of ${server} for ${resource}`;
}

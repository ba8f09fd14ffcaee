import { keyOf } from "../../../api/object.ts";
import type { Invariant } from "../invariant.ts";

const NAME = "reads-see-acknowledged-writes";

/** Linearizable reads: without a version a GET shows the newest state, a LIST says its revision. */
export const readsSeeAcknowledgedWrites: Invariant<null> = {
  name: NAME,
  catalogue: ["2", "23", "I9"],
  expectation: "always",
  statement: "A get or list without a resourceVersion reflects every write that was acknowledged before.",
  source: "api-concepts: resource versions, most recent",
  resources: [],
  init: () => null,
  onAnswer(_memory, { at, by, request, response }, world) {
    const { verb, resource, namespace, name, subresource, options } = request;
    if ((verb !== "get" && verb !== "list") || !response.ok || subresource !== undefined) return undefined;
    if (options?.resourceVersion !== undefined || options?.continue !== undefined) return undefined;
    let problem: string | undefined;
    if ("list" in response) {
      const { resourceVersion } = response.list;
      if (Number(resourceVersion) < world.revision) problem = `${resourceVersion}; the store is at ${world.revision}`;
    } else {
      const key = namespace === undefined ? (name ?? "") : keyOf(namespace, name ?? "");
      const truth = world.objects(resource).get(key)?.metadata.resourceVersion;
      const { resourceVersion } = response.object.metadata;
      if (resourceVersion !== truth) problem = `${resourceVersion}; stored is ${truth ?? "nothing"}`;
    }
    if (problem === undefined) return undefined;
    const object = `${resource} ${name ?? ""}`.trim();
    return {
      invariant: NAME,
      at,
      object,
      sentence: `A ${verb} of ${object} by ${by} was answered at version ${problem}.`,
    };
  },
};

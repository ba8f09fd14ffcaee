import type { Invariant } from "../invariant.ts";

const NAME = "deletes-honour-preconditions";

/** Who deletes by uid or version never hits a successor of the same name. */
export const deletesHonourPreconditions: Invariant<null> = {
  name: NAME,
  catalogue: ["28"],
  expectation: "always",
  statement: "A delete with preconditions touches only an object of that uid and resourceVersion.",
  source: "meta/v1 Preconditions; registry/generic/registry/store.go",
  resources: [],
  init: () => null,
  onAnswer(_memory, { at, by, request, changes }) {
    const wanted = request.options?.preconditions;
    if (request.verb !== "delete" || wanted === undefined) return undefined;
    // The first change that it made of the object; a removal may follow the mark.
    const first = changes.find(
      ({ resource, before }) => resource === request.resource && before?.metadata.name === request.name,
    );
    if (first?.before === undefined) return undefined;
    const { uid, resourceVersion } = first.before.metadata;
    const differs =
      (wanted.uid !== undefined && wanted.uid !== uid) ||
      (wanted.resourceVersion !== undefined && wanted.resourceVersion !== resourceVersion);
    if (!differs) return undefined;
    const object = `${first.resource} ${first.key}`;
    const asked = `uid ${wanted.uid ?? "any"} at ${wanted.resourceVersion ?? "any version"}`;
    const sentence = `${by} deleted ${object} of uid ${uid} at ${resourceVersion}, though it asked for ${asked}.`;
    return { invariant: NAME, at, object, sentence };
  },
};

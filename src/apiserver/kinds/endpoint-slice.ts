import { deepEqual } from "../../api/equal.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import { mapItems, withDefaults } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";
import { validateEndpointSlice, validateEndpointSliceUpdate } from "../validation/endpoints.ts";
import type { Kind } from "../kind.ts";
import { endpointSliceWarnings } from "../warnings/cluster.ts";

/** discovery.k8s.io/v1 EndpointSlice. */
export const endpointSlice: Kind<EndpointSlice> = {
  group: "discovery.k8s.io",
  version: "v1",
  kind: "EndpointSlice",
  plural: "endpointslices",
  namespaced: true,
  struct: "discovery/v1.EndpointSlice",
  warnings: endpointSliceWarnings,
  metadataChecks: "whole",
  validate: validateEndpointSlice,
  validateUpdate: validateEndpointSliceUpdate,
  generation: "content-and-labels",
  prepareCreate: (object) => withoutTopology(object, undefined),
  prepareUpdate: withoutTopology,
  defaults(object) {
    if (object.ports === undefined || object.ports === null) return object;
    return withField(
      object,
      "ports",
      mapItems(object.ports, (port) => withDefaults(port, { name: "", protocol: "TCP" })),
    );
  },
};

const HOSTNAME = "kubernetes.io/hostname";

/** The old topology map is not written any more; a node that it named before becomes the endpoint's node. */
function withoutTopology(object: EndpointSlice, stored: EndpointSlice | undefined): EndpointSlice {
  const { endpoints } = object;
  if (endpoints === undefined || endpoints === null || !endpoints.some((one) => one.deprecatedTopology !== undefined))
    return object;
  if (stored !== undefined && deepEqual(endpoints, stored.endpoints)) return object;
  const known = new Set((stored?.endpoints ?? []).map((one) => one.deprecatedTopology?.[HOSTNAME]));
  const kept = endpoints.map((endpoint) => {
    const { deprecatedTopology, ...rest } = endpoint;
    const node = deprecatedTopology?.[HOSTNAME];
    return rest.nodeName === undefined && node !== undefined && known.has(node) ? { ...rest, nodeName: node } : rest;
  });
  return { ...object, endpoints: kept };
}

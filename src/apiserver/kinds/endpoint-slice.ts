import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import { mapItems, withDefaults, withField } from "../defaults.ts";
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
  defaults(object) {
    if (object.ports === undefined || object.ports === null) return object;
    return withField(
      object,
      "ports",
      mapItems(object.ports, (port) => withDefaults(port, { name: "", protocol: "TCP" })),
    );
  },
};

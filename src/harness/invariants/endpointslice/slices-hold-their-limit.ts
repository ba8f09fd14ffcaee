import { cast } from "../../../base/units.ts";
import type { EndpointSlice } from "../../../api/types/discovery-v1.ts";
import type { Invariant } from "../invariant.ts";
import { about } from "../violation.ts";

const NAME = "slices-hold-their-limit";
/** --max-endpoints-per-slice. */
const MAX_ENDPOINTS = 100;

/** Slices stay small, and hold one address type. */
export const slicesHoldTheirLimit: Invariant<null> = {
  name: NAME,
  catalogue: ["94"],
  expectation: "always",
  statement: "The EndpointSlice controller writes at most 100 endpoints into a slice, each address of a port set once.",
  source: "concepts/services-networking/endpoint-slices",
  resources: ["endpointslices.discovery.k8s.io"],
  init: () => null,
  onChange(_memory, { at, after }) {
    if (after?.metadata.labels?.["endpointslice.kubernetes.io/managed-by"] !== "endpointslice-controller.k8s.io")
      return undefined;
    const endpoints = cast<EndpointSlice>(after).endpoints ?? [];
    if (endpoints.length > MAX_ENDPOINTS)
      return about(NAME, at, after, `It has ${endpoints.length} endpoints; the limit is ${MAX_ENDPOINTS}.`);
    const seen = new Set<string>();
    for (const { addresses, targetRef } of endpoints) {
      const id = `${targetRef?.uid ?? ""} ${addresses[0] ?? ""}`;
      if (seen.has(id))
        return about(NAME, at, after, `It lists the endpoint ${addresses[0]} of ${targetRef?.name ?? "nobody"} twice.`);
      seen.add(id);
    }
    return undefined;
  },
};

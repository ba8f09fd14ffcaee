import type { ManifestExpectation } from "./expectation.ts";
import type { OutageMemory, OutageParams } from "./service-outages.ts";
import { serviceOutages } from "./service-outages.ts";

/** What the user does on purpose must not take a Service away. */
export const serviceKeepsEndpointsDuringDisruption: ManifestExpectation<OutageParams, OutageMemory> = serviceOutages(
  "service-keeps-endpoints-during-disruption",
  "While a workload is rolled out or a node is drained, every Service keeps a ready endpoint.",
  ["rollout", "drain"],
);

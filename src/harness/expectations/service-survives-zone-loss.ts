import type { ManifestExpectation } from "./expectation.ts";
import type { OutageMemory, OutageParams } from "./service-outages.ts";
import { serviceOutages } from "./service-outages.ts";

/** One zone less must not take a Service away. */
export const serviceSurvivesZoneLoss: ManifestExpectation<OutageParams, OutageMemory> = serviceOutages(
  "service-survives-zone-loss",
  "When one zone is lost, every Service keeps a ready endpoint in another.",
  ["zone-loss"],
);

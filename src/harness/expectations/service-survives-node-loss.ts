import type { ManifestExpectation } from "./expectation.ts";
import type { OutageMemory, OutageParams } from "./service-outages.ts";
import { serviceOutages } from "./service-outages.ts";

/** One machine less must not take a Service away. */
export const serviceSurvivesNodeLoss: ManifestExpectation<OutageParams, OutageMemory> = serviceOutages(
  "service-survives-node-loss",
  "When one node is lost, every Service keeps a ready endpoint on another.",
  ["node-loss"],
);

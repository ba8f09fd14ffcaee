import { cast } from "../../base/units.ts";
import { drainCompletes } from "./drain-completes.ts";
import type { ManifestExpectation } from "./expectation.ts";
import { fitsAfterZoneLoss } from "./fits-after-zone-loss.ts";
import { rolloutCompletes } from "./rollout-completes.ts";
import { serviceKeepsEndpointsDuringDisruption } from "./service-keeps-endpoints-during-disruption.ts";
import { serviceSurvivesNodeLoss } from "./service-survives-node-loss.ts";
import { serviceSurvivesZoneLoss } from "./service-survives-zone-loss.ts";

/** Every expectation about manifests. */
export const allExpectations: readonly ManifestExpectation[] = cast<readonly ManifestExpectation[]>([
  serviceKeepsEndpointsDuringDisruption,
  serviceSurvivesNodeLoss,
  serviceSurvivesZoneLoss,
  rolloutCompletes,
  drainCompletes,
  fitsAfterZoneLoss,
]);

/** The expectation of that name. */
export function expectationNamed(name: string): ManifestExpectation | undefined {
  return allExpectations.find((expectation) => expectation.name === name);
}

import type { Intents, Sync } from "../client/controller.ts";
import { claim, settleClaim } from "./claim.ts";
import type { Claimant } from "./claim.ts";
import { REVISIONS } from "./controller-revision.ts";
import { BY_CONTROLLER, orphansOf } from "./indexes.ts";

/** Revisions that were orphaned belong to the owner that selects them; undefined when there are none. */
export function adoptRevisions(claimant: Claimant, { listers, replies }: Sync): Intents<never> | undefined {
  const orphans = listers.of(REVISIONS).byIndex(BY_CONTROLLER, orphansOf(claimant.owner.metadata.namespace ?? ""));
  if (orphans.length === 0) return undefined;
  const revisions = { ...claimant, resource: REVISIONS };
  return settleClaim(revisions, claim(revisions, orphans), replies);
}

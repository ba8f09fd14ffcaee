import { cast } from "../../../base/units.ts";
import type { Deployment } from "../../../api/types/apps-v1.ts";
import { sometimes } from "../sometimes.ts";
import type { Seen } from "../sometimes.ts";
import type { Invariant } from "../invariant.ts";

/** A second revision took over completely. */
export const someRolloutCompleted: Invariant<Seen> = sometimes(
  "some-rollout-completed",
  "A Deployment completed a rollout to a second template.",
  ["deployments.apps"],
  ({ after }) => {
    if (after === undefined) return false;
    const { metadata, spec, status = {} } = cast<Deployment>(after);
    const replicas = spec.replicas ?? 1;
    if (replicas === 0 || Number(metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0) < 2) return false;
    const current = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);
    return (
      current &&
      status.updatedReplicas === replicas &&
      status.availableReplicas === replicas &&
      status.replicas === replicas
    );
  },
);

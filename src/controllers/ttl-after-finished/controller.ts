import { SECOND, cast } from "../../base/units.ts";
import { parseTimestamp } from "../../base/time.ts";
import { objectKey } from "../../api/object.ts";
import type { Job } from "../../api/types/batch-v1.ts";
import { nothing } from "../../client/controller.ts";
import type { Controller } from "../../client/controller.ts";
import { remove, targetOf } from "../requests.ts";

const JOBS = "jobs.batch";

/** Deletes finished Jobs when their spec.ttlSecondsAfterFinished has passed. */
export function ttlAfterFinishedController(): Controller<undefined> {
  return {
    name: "ttl-after-finished-controller",
    workers: 5,
    watches: [{ resource: JOBS }],
    initialMemory: () => undefined,
    wakes: ({ after }) =>
      after !== undefined && endOf(cast<Job>(after)) !== undefined ? [{ key: objectKey(after) }] : [],
    reconcile({ key, listers, now }) {
      const job = cast<Job | undefined>(listers.of(JOBS).get(key));
      const end = job === undefined ? undefined : endOf(job);
      if (job === undefined || end === undefined || job.metadata.deletionTimestamp !== undefined) return nothing;
      const left = end + (job.spec?.ttlSecondsAfterFinished ?? 0) * SECOND - now;
      if (left > 0) return { writes: [], requeueAfter: left };
      const { uid, resourceVersion } = job.metadata;
      return {
        writes: [
          [remove(targetOf(JOBS, job), { propagationPolicy: "Foreground", preconditions: { uid, resourceVersion } })],
        ],
      };
    },
  };
}

/** When a Job with a time to live finished. */
function endOf({ spec, status }: Job): number | undefined {
  if (spec?.ttlSecondsAfterFinished === undefined) return undefined;
  const end = status?.conditions?.find(
    ({ type, status: value }) => (type === "Complete" || type === "Failed") && value === "True",
  );
  return end?.lastTransitionTime === undefined ? undefined : parseTimestamp(end.lastTransitionTime);
}

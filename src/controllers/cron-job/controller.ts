import { cast } from "../../base/units.ts";
import { objectKey } from "../../api/object.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Controller } from "../../client/controller.ts";
import { BY_CONTROLLER, BY_NAMESPACE, byController, byNamespace } from "../indexes.ts";
import { ownersConcerned } from "../owned-pod-wakes.ts";
import { JOBS } from "./jobs.ts";
import { CRON_JOBS, reconcileCronJob } from "./reconcile.ts";
import type { CronJobMemory } from "./reconcile.ts";

const OWNER = { kind: "CronJob", resource: CRON_JOBS };

/** Starts Jobs by the clock, in UTC (upstream: pkg/controller/cronjob). */
export function cronJobController(): Controller<CronJobMemory> {
  return {
    name: "cronjob-controller",
    workers: 5,
    watches: [
      { resource: CRON_JOBS, indexes: { [BY_NAMESPACE]: byNamespace } },
      { resource: JOBS, indexes: { [BY_CONTROLLER]: byController } },
    ],
    initialMemory: () => ({ schedules: new Map() }),
    wakes(event, listers) {
      if (event.resource === CRON_JOBS) return [{ key: objectKey(cast<ApiObject>(event.after ?? event.before)) }];
      return ownersConcerned(OWNER, event, listers).map((key) => ({ key }));
    },
    reconcile: reconcileCronJob,
  };
}

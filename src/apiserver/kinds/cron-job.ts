import { cast } from "../../base/units.ts";
import type { CronJob } from "../../api/types/batch-v1.ts";
import type { ObjectMeta } from "../../api/types/meta-v1.ts";
import { withDefaults } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";
import { validateCronJob } from "../validation/cron-job.ts";
import type { Kind } from "../kind.ts";
import { cronJobWarnings } from "../warnings/workload.ts";
import { withConditionStatus } from "./job.ts";
import { withTemplate } from "./workload.ts";

/** batch/v1 CronJob. */
export const cronJob: Kind<CronJob> = {
  group: "batch",
  version: "v1",
  kind: "CronJob",
  plural: "cronjobs",
  namespaced: true,
  shortNames: ["cj"],
  categories: ["all"],
  struct: "batch/v1.CronJob",
  warnings: cronJobWarnings,
  generation: "spec",
  status: true,
  statusMeta: "none",
  initialStatus: {},
  validate: validateCronJob,
  validateUpdate: (object, _stored, errors) => validateCronJob(object, errors),
  defaults(object) {
    const spec = withDefaults(object.spec, {
      concurrencyPolicy: "Allow",
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    let template = spec.jobTemplate;
    if (template?.spec?.template === undefined) return withField(object, "spec", spec);
    if (template.metadata === undefined) template = { ...template, metadata: cast<ObjectMeta>({}) };
    if (template.spec !== undefined)
      template = withField(template, "spec", withConditionStatus(withTemplate(template.spec)));
    return withField(object, "spec", withField(spec, "jobTemplate", template));
  },
};

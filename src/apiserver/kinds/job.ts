import { cast } from "../../base/units.ts";
import type { Job, JobSpec } from "../../api/types/batch-v1.ts";
import type { ObjectMeta } from "../../api/types/meta-v1.ts";
import { mapItems, withDefaults } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";
import { validateJob, validateJobStatus, validateJobUpdate } from "../validation/job.ts";
import type { Kind } from "../kind.ts";
import { jobWarnings } from "../warnings/workload.ts";
import { withTemplate } from "./workload.ts";

const UNLIMITED = 2_147_483_647;

/** batch/v1 Job. */
export const job: Kind<Job> = {
  group: "batch",
  version: "v1",
  kind: "Job",
  plural: "jobs",
  namespaced: true,
  categories: ["all"],
  struct: "batch/v1.Job",
  warnings: jobWarnings,
  metadataChecks: "both",
  generation: "spec",
  status: true,
  statusMeta: "none",
  initialStatus: {},
  orphansByDefault: true,
  fieldStyle: "supported-for-kind",
  fields: { "status.successful": (object) => String(cast<Job>(object).status?.succeeded ?? 0) },
  deleteWarnings(options) {
    if (options.propagationPolicy !== undefined) return [];
    return [
      "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning",
    ];
  },
  validate: validateJob,
  validateUpdate: validateJobUpdate,
  validateStatus: validateJobStatus,
  defaults(object) {
    const result = withField(object, "spec", defaultJobSpec(object.spec));
    const labels = object.spec.template?.metadata?.labels;
    if (labels === undefined || object.metadata.labels !== undefined) return result;
    return { ...result, metadata: { ...object.metadata, labels } };
  },
  completeCreate(object) {
    const labels = object.spec.template?.metadata?.labels;
    if (labels === undefined || object.metadata.labels !== undefined) return object;
    return { ...object, metadata: { ...object.metadata, labels } };
  },
  prepareCreate(object) {
    if (object.spec.manualSelector === true) return object;
    return withSelector(object);
  },
};

function defaultJobSpec(spec: JobSpec): JobSpec {
  const both = spec.completions === undefined && spec.parallelism === undefined;
  let result = withTemplate(spec);
  if (both) result = { ...result, completions: 1, parallelism: 1 };
  result = withDefaults(result, {
    parallelism: 1,
    backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : UNLIMITED,
    completionMode: "NonIndexed",
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: spec.podFailurePolicy === undefined ? "TerminatingOrFailed" : "Failed",
  });
  return withConditionStatus(result);
}

/** A pattern of a pod's condition is about its being true. */
export function withConditionStatus(spec: JobSpec): JobSpec {
  const rules = spec.podFailurePolicy?.rules;
  if (rules === undefined) return spec;
  const filled = mapItems(rules, (rule) => {
    const patterns = rule.onPodConditions;
    if (patterns === undefined) return rule;
    const named = mapItems(patterns, (pattern) =>
      pattern.status === undefined || pattern.status === "" ? { ...pattern, status: "True" } : pattern,
    );
    return named === patterns ? rule : { ...rule, onPodConditions: named };
  });
  return filled === rules ? spec : { ...spec, podFailurePolicy: { rules: filled } };
}

/** The generated selector and the labels that make it match; a Job without labels shares its template's. */
function withSelector(object: Job): Job {
  const { uid, name } = object.metadata;
  const template = object.spec.template;
  const labels = template.metadata?.labels;
  const added: { [key: string]: string } = {
    ...labels,
    "batch.kubernetes.io/controller-uid": labels?.["batch.kubernetes.io/controller-uid"] ?? uid,
    "controller-uid": labels?.["controller-uid"] ?? uid,
    "batch.kubernetes.io/job-name": labels?.["batch.kubernetes.io/job-name"] ?? name,
    "job-name": labels?.["job-name"] ?? name,
  };
  const selector = object.spec.selector ?? {};
  const matchLabels = { ...selector.matchLabels, "batch.kubernetes.io/controller-uid": uid };
  const shared = labels !== undefined && object.metadata.labels === labels;
  return {
    ...object,
    ...(shared && { metadata: { ...object.metadata, labels: added } }),
    spec: {
      ...object.spec,
      selector: { ...selector, matchLabels },
      template: { ...template, metadata: cast<ObjectMeta>({ ...template.metadata, labels: added }) },
    },
  };
}

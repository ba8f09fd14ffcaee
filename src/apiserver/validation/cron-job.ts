import type { CronJob } from "../../api/types/batch-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { notNegative, oneOf } from "./common.ts";
import { jobSpec } from "./job.ts";

const NAME_MAX = 52;

/** Complaints about a CronJob's name: its Jobs add eleven characters. */
export function cronJobNameProblem(name: string): string | undefined {
  return name.length > NAME_MAX ? `must be no more than ${NAME_MAX} characters` : undefined;
}

/** Validates a CronJob's spec. */
export function validateCronJob({ spec, metadata }: CronJob, errors: FieldErrors): void {
  const { schedule, timeZone } = spec;
  if (schedule === "") errors.required("spec.schedule");
  else {
    const problem = scheduleProblem(schedule);
    if (problem !== undefined) errors.invalid("spec.schedule", schedule, problem);
  }
  notNegative(spec.startingDeadlineSeconds, "spec.startingDeadlineSeconds", errors);
  if (timeZone !== undefined) zone(timeZone, errors);
  oneOf(spec.concurrencyPolicy, ["Allow", "Forbid", "Replace"], "spec.concurrencyPolicy", errors);
  const template = spec.jobTemplate?.spec;
  if (template !== undefined) {
    jobSpec(template, "spec.jobTemplate.spec", errors);
    if (template.selector !== undefined)
      errors.invalid("spec.jobTemplate.spec.selector", template.selector, "`selector` will be auto-generated");
    if (template.manualSelector === true)
      errors.notSupported("spec.jobTemplate.spec.manualSelector", true, ["nil", "false"], "as given");
  }
  notNegative(spec.successfulJobsHistoryLimit, "spec.successfulJobsHistoryLimit", errors);
  notNegative(spec.failedJobsHistoryLimit, "spec.failedJobsHistoryLimit", errors);
  const long = cronJobNameProblem(metadata.name);
  if (long !== undefined) errors.invalid("metadata.name", metadata.name, long);
}

function zone(name: string, errors: FieldErrors): void {
  if (name === "") errors.invalid("spec.timeZone", name, "timeZone must be nil or non-empty string");
  else if (
    !/^(UTC|GMT|EST|MST|HST|CET|EET|WET|MET|Zulu|Universal|Japan|Israel|Iran|Turkey|Egypt|Cuba|(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US)\/[A-Za-z0-9_+/-]+)$/.test(
      name,
    )
  )
    errors.invalid("spec.timeZone", name, `unknown time zone ${name}`);
}

const BOUNDS: readonly (readonly [number, number, readonly string[]])[] = [
  [0, 59, []],
  [0, 23, []],
  [1, 31, []],
  [1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]],
  [0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]],
];
const DESCRIPTORS = new Set(["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"]);

/** What is wrong with a cron schedule, in the parser's words. */
export function scheduleProblem(schedule: string): string | undefined {
  if (/^(CRON_)?TZ=/.test(schedule)) return "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
  if (schedule.startsWith("@")) {
    if (DESCRIPTORS.has(schedule) || /^@every (\d+(\.\d+)?(ns|us|ms|s|m|h))+$/.test(schedule)) return undefined;
    return `unrecognized descriptor: ${schedule}`;
  }
  const fields = schedule.split(/\s+/).filter((field) => field !== "");
  if (fields.length !== 5) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`;
  for (const [i, field] of fields.entries())
    for (const part of field.split(",")) {
      const problem = rangeProblem(part, i);
      if (problem !== undefined) return problem;
    }
  return undefined;
}

function rangeProblem(part: string, field: number): string | undefined {
  const [min, max, names] = BOUNDS[field] ?? [0, 59, []];
  const [span = "", step, more] = part.split("/");
  if (more !== undefined) return `too many slashes: ${part}`;
  const ends = span.split("-");
  let start = min;
  let end = max;
  if (ends[0] !== "*" && ends[0] !== "?") {
    const values = ends.map((text) => valueOf(text, min, names));
    const bad = values.findIndex((value) => value === undefined);
    if (bad >= 0)
      return `failed to parse int from ${ends[bad]}: strconv.Atoi: parsing ${JSON.stringify(ends[bad])}: invalid syntax`;
    start = values[0] ?? min;
    end = values.length > 1 ? (values[1] ?? max) : step === undefined ? start : max;
    if (values.length > 2) return `too many hyphens: ${part}`;
  }
  if (start < min) return `beginning of range (${start}) below minimum (${min}): ${part}`;
  if (end > max) return `end of range (${end}) above maximum (${max}): ${part}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${part}`;
  if (step === "0") return `step of range should be a positive number: ${part}`;
  return undefined;
}

function valueOf(text: string, min: number, names: readonly string[]): number | undefined {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return named + min;
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

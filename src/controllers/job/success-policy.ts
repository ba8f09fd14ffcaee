import type { Job } from "../../api/types/batch-v1.ts";
import { countCommon, countIndexes, parseIntervals } from "./indexes.ts";
import type { Intervals } from "./indexes.ts";

/** The message of the first rule of spec.successPolicy that holds. */
export function metSuccessRule({ spec }: Job, succeeded: Intervals): string | undefined {
  const rules = spec?.successPolicy?.rules;
  if (rules === undefined || succeeded.length === 0) return undefined;
  const index = rules.findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined)
      return succeededCount !== undefined && countIndexes(succeeded) >= succeededCount;
    const required = parseIntervals(succeededIndexes, spec?.completions ?? 0);
    if (required.length === 0) return false;
    const common = countCommon(required, succeeded);
    return common === countIndexes(required) || (succeededCount !== undefined && common >= succeededCount);
  });
  return index < 0 ? undefined : `Matched rules at index ${index}`;
}

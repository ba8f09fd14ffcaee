import type { LimitRange, LimitRangeItem } from "../../api/types/core-v1.ts";
import { mapItems } from "../defaults.ts";
import { withField } from "../../base/with-field.ts";
import { validateLimitRange } from "../validation/config.ts";
import type { Kind } from "../kind.ts";

/** core/v1 LimitRange. */
export const limitRange: Kind<LimitRange> = {
  group: "",
  version: "v1",
  kind: "LimitRange",
  plural: "limitranges",
  namespaced: true,
  shortNames: ["limits"],
  struct: "core/v1.LimitRange",
  metadataChecks: "whole",
  validate: validateLimitRange,
  validateUpdate: (object, _stored, errors) => validateLimitRange(object, errors),
  createOnUpdate: true,
  namedByUid: true,
  defaults(object) {
    const limits = object.spec?.limits;
    if (limits === undefined || limits === null) return object;
    return withField(object, "spec", withField(object.spec, "limits", mapItems(limits, defaultItem)));
  },
};

type Amounts = { readonly [name: string]: string };

/** Containers: default follows max, then defaultRequest follows default and min. */
function defaultItem(item: LimitRangeItem): LimitRangeItem {
  if (item.type !== "Container") return item;
  const limits = merged(item.default, item.max);
  const requests = merged(merged(item.defaultRequest, limits), item.min);
  const filled = limits === item.default || limits === undefined ? item : { ...item, default: limits };
  return requests === item.defaultRequest || requests === undefined ? filled : { ...filled, defaultRequest: requests };
}

function merged(own: Amounts | undefined, more: Amounts | undefined): Amounts | undefined {
  if (more === undefined) return own;
  for (const key in more) if (own?.[key] === undefined) return { ...more, ...own };
  return own;
}

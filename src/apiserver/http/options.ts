import type { Draft } from "../../base/draft.ts";
import { FieldErrors } from "../field-errors.ts";
import { badRequest, invalid } from "../failure.ts";
import type { Failure } from "../failure.ts";
import type { RequestOptions } from "../../api/request.ts";
import { isObject } from "../patch/merge.ts";

type Query = ReadonlyMap<string, readonly string[]>;

const TEXTS = [
  "labelSelector",
  "fieldSelector",
  "continue",
  "resourceVersion",
  "resourceVersionMatch",
  "fieldManager",
  "fieldValidation",
  "propagationPolicy",
] as const;

/** Options of a request from its query and, for deletes, its body. */
export function parseOptions(
  query: Query,
  optionsKind: string,
  body: unknown,
  applies: boolean = false,
): RequestOptions | Failure {
  const options: Draft<RequestOptions> = {};
  for (const key of TEXTS) {
    const value = query.get(key)?.[0];
    if (value !== undefined) options[key] = value;
  }
  const limit = integer(query.get("limit")?.[0]);
  if (typeof limit === "string") return badRequest(limit);
  if (limit !== undefined) options.limit = limit;
  const grace = integer(query.get("gracePeriodSeconds")?.[0]);
  if (typeof grace === "string") return badRequest(grace);
  if (grace !== undefined) options.gracePeriodSeconds = grace;
  const force = query.get("force")?.[0];
  if (force !== undefined) options.force = force === "true" || force === "1";
  const dryRun = query.get("dryRun");
  if (dryRun !== undefined) options.dryRun = dryRun;
  const orphan = query.get("orphanDependents")?.[0];
  if (orphan !== undefined) options.propagationPolicy = orphan === "true" || orphan === "1" ? "Orphan" : "Background";
  if (optionsKind === "DeleteOptions" && isObject(body)) {
    const wrong = fromBody(options, body);
    if (wrong !== undefined) return wrong;
  }
  return optionsProblem(options, optionsKind, applies) ?? options;
}

function fromBody(options: Draft<RequestOptions>, body: { readonly [field: string]: unknown }): Failure | undefined {
  const { gracePeriodSeconds, propagationPolicy, preconditions, dryRun, orphanDependents } = body;
  if (typeof gracePeriodSeconds === "number") options.gracePeriodSeconds = gracePeriodSeconds;
  if (typeof propagationPolicy === "string") options.propagationPolicy = propagationPolicy;
  if (Array.isArray(dryRun)) options.dryRun = dryRun.map(String);
  if (isObject(preconditions))
    options.preconditions = {
      ...(typeof preconditions["uid"] === "string" && { uid: preconditions["uid"] }),
      ...(typeof preconditions["resourceVersion"] === "string" && {
        resourceVersion: preconditions["resourceVersion"],
      }),
    };
  if (typeof orphanDependents !== "boolean") return undefined;
  if (typeof propagationPolicy === "string") {
    const errors = new FieldErrors();
    errors.invalid(
      "propagationPolicy",
      propagationPolicy,
      "orphanDependents and deletionPropagation cannot be both set",
    );
    return invalid("DeleteOptions", "meta.k8s.io", "", errors.causes);
  }
  options.propagationPolicy = orphanDependents ? "Orphan" : "Background";
  return undefined;
}

function integer(text: string | undefined): number | string | undefined {
  if (text === undefined || text === "") return undefined;
  return /^[+-]?\d+$/.test(text) ? Number(text) : `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`;
}

function optionsProblem(options: RequestOptions, optionsKind: string, applies: boolean): Failure | undefined {
  const errors = new FieldErrors();
  const { dryRun, fieldManager, fieldValidation, force } = options;
  if (applies && (fieldManager ?? "") === "") errors.required("fieldManager", "is required for apply patch");
  if (force !== undefined && optionsKind === "PatchOptions" && !applies)
    errors.forbidden("force", "may not be specified for non-apply patch");
  if (fieldManager !== undefined) checkManager(fieldManager, errors);
  if (dryRun?.some((value) => value !== "All") === true) errors.notSupported("dryRun", dryRun, ["All"]);
  if (fieldValidation !== undefined && !["Ignore", "Warn", "Strict", ""].includes(fieldValidation))
    errors.notSupported("fieldValidation", fieldValidation, ["", "Ignore", "Strict", "Warn"]);
  return errors.causes.length === 0 ? undefined : invalid(optionsKind, "meta.k8s.io", "", errors.causes);
}

const MANAGER_MAX = 128;

function checkManager(name: string, errors: FieldErrors): void {
  if (name.length > MANAGER_MAX) errors.tooLong("fieldManager", MANAGER_MAX);
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code >= 0x20 && code !== 0x7f) continue;
    const hex = code.toString(16).toUpperCase().padStart(4, "0");
    errors.invalid("fieldManager", name, `invalid character U+${hex} (at position ${i})`);
    return;
  }
}

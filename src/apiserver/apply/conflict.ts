import { compareText } from "../../base/order.ts";
import { failure } from "../failure.ts";
import type { Failure } from "../failure.ts";
import { identifierOf } from "./managers.ts";
import type { Manager } from "./managers.ts";
import { pathText } from "./path-element.ts";
import type { Conflict } from "./updater.ts";

/** The 409 that names each field and who owns it. */
export function conflictFailure(conflicts: readonly Conflict[]): Failure {
  const causes = conflicts.map(({ manager, path }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${managerText(manager)}`,
    field: pathText(path),
  }));
  return failure(409, "Conflict", message(conflicts), { causes });
}

function message(conflicts: readonly Conflict[]): string {
  const [only] = conflicts;
  if (only !== undefined && conflicts.length === 1)
    return `Apply failed with 1 conflict: conflict with ${managerText(only.manager)}: ${pathText(only.path)}`;
  const byManager = new Map<string, Conflict[]>();
  for (const conflict of conflicts) {
    const identifier = identifierOf(conflict.manager);
    const same = byManager.get(identifier);
    if (same === undefined) byManager.set(identifier, [conflict]);
    else same.push(conflict);
  }
  const lines: string[] = [];
  for (const [, same] of [...byManager].sort(([a], [b]) => compareText(a, b))) {
    const [first] = same;
    if (first !== undefined) lines.push(`conflicts with ${managerText(first.manager)}:`);
    for (const { path } of same) lines.push(`- ${pathText(path)}`);
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join("\n")}`;
}

function managerText({ name, subresource, operation, apiVersion }: Manager): string {
  const place = subresource === "" ? "" : ` with subresource ${JSON.stringify(subresource)}`;
  return `${JSON.stringify(name)}${place}${operation === "Update" ? ` using ${apiVersion}` : ""}`;
}

import { deepEqual } from "../../api/equal.ts";
import type { CSINode, CSINodeDriver } from "../../api/types/storage-v1.ts";
import type { FieldErrors } from "../field-errors.ts";
import { subdomainProblems } from "../name-rules.ts";
import { complaints, NOT_NEGATIVE, qualifiedName } from "./common.ts";

const NODE_ID_MAX = 256;

/** Validates a CSINode. */
export function validateCsiNode({ spec }: CSINode, errors: FieldErrors): void {
  const names = new Set<string>();
  for (const [i, driver] of (spec?.drivers ?? []).entries()) {
    const at = `spec.drivers[${i}]`;
    if ((driver.name ?? "") === "") errors.required(`${at}.name`);
    else complaints(subdomainProblems(driver.name.toLowerCase()), driver.name, `${at}.name`, errors);
    if ((driver.nodeID ?? "") === "") errors.required(`${at}.nodeID`);
    else if (driver.nodeID.length > NODE_ID_MAX)
      errors.invalid(`${at}.nodeID`, driver.nodeID, `must be ${NODE_ID_MAX} characters or less`);
    const count = driver.allocatable?.count;
    if (count !== undefined && count < 0) errors.invalid(`${at}.allocatable.count`, count, NOT_NEGATIVE);
    if (names.has(driver.name)) errors.duplicate(`${at}.name`, driver.name);
    names.add(driver.name);
    const keys = new Set<string>();
    for (const key of driver.topologyKeys ?? []) {
      if (key === "") errors.required(at);
      if (keys.has(key)) errors.duplicate(at, key);
      keys.add(key);
      qualifiedName(key, at, errors);
    }
  }
}

/** Validates a change of a CSINode: what a driver said stays, but for how much it can attach. */
export function validateCsiNodeUpdate(object: CSINode, stored: CSINode, errors: FieldErrors): void {
  validateCsiNode(object, errors);
  for (const old of stored.spec?.drivers ?? [])
    for (const driver of object.spec?.drivers ?? []) {
      if (old.name !== driver.name || deepEqual(printed(old), printed(driver))) continue;
      errors.invalid("spec.drivers", printed(driver), "field is immutable");
    }
}

function printed({ name, nodeID, topologyKeys }: CSINodeDriver): object {
  return { Name: name, NodeID: nodeID, TopologyKeys: topologyKeys ?? null, Allocatable: null };
}

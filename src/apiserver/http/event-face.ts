type Json = { readonly [field: string]: unknown };

/** Fields of an Event as stored, and what events.k8s.io/v1 calls them. */
const NAMES: readonly (readonly [stored: string, shown: string])[] = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
  ["reportingComponent", "reportingController"],
];
const SHOWN: ReadonlyMap<string, string> = new Map(NAMES);
const STORED: ReadonlyMap<string, string> = new Map(NAMES.map(([stored, shown]) => [shown, stored]));
/** Fields that are always printed in core/v1, and in events.k8s.io/v1 only with a value. */
const OMITTED_EMPTY: ReadonlySet<string> = new Set(["reportingComponent", "reportingInstance"]);

/** A stored Event as events.k8s.io/v1. */
export function eventAsV1(object: Json): Json {
  const shown: { [field: string]: unknown } = {};
  for (const [field, value] of Object.entries(object)) {
    if (OMITTED_EMPTY.has(field) && value === "") continue;
    shown[SHOWN.get(field) ?? field] = value;
  }
  if (shown["apiVersion"] !== undefined) shown["apiVersion"] = "events.k8s.io/v1";
  return shown;
}

/** An Event of events.k8s.io/v1 as it is stored. */
export function eventAsStored(object: Json): Json {
  const stored: { [field: string]: unknown } = {};
  for (const [field, value] of Object.entries(object)) stored[STORED.get(field) ?? field] = value;
  if (stored["apiVersion"] !== undefined) stored["apiVersion"] = "v1";
  return stored;
}

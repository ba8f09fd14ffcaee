import { EPOCH_MS, microTimestamp, parseTimestamp, timestamp } from "../../base/time.ts";

/** Timestamps of the API server in a JSON text: RFC 3339 in UTC. */
const TIMESTAMP = /\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** The text with every timestamp later by `offset` milliseconds: virtual time as clients on the wall's clock see it. */
export function toWall(json: string, offset: number): string {
  if (offset === 0) return json;
  return json.replaceAll(TIMESTAMP, (text) => shifted(text, offset));
}

/** The text as the cluster reads it: the inverse of `toWall`. */
export function toVirtual(json: string, offset: number): string {
  return toWall(json, -offset);
}

function shifted(text: string, offset: number): string {
  const at = parseTimestamp(text);
  if (Number.isNaN(at)) return text;
  return text.includes(".") ? microTimestamp(at + offset) : timestamp(at + offset);
}

/** Milliseconds since 1970 as RFC 3339 in whole seconds. */
export function wallTimestamp(ms: number): string {
  return timestamp(ms - EPOCH_MS);
}

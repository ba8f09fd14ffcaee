import type { Millis } from "../base/units.ts";
import { timestamp } from "../base/time.ts";
import type { Request } from "../api/request.ts";
import type { RecordedEvent } from "../client/component.ts";
import type { ProcessState } from "./process.ts";

/** Distinct events that a process remembers for folding; beyond, it forgets the oldest. */
const MEMORY_MAX = 1024;

/** The request that writes an Event: a new object, or a higher count of one that says the same (client-go's recorder). */
export function eventRequest(process: ProcessState, source: string, event: RecordedEvent, now: Millis): Request {
  const { object, type, reason, message, fieldPath } = event;
  const { metadata } = object;
  const namespace = metadata.namespace ?? "default";
  const key = `${metadata.uid} ${fieldPath ?? ""} ${reason} ${message}`;
  const known = process.events.get(key);
  const time = timestamp(now);
  if (known !== undefined) {
    known.count += 1;
    return { verb: "patch", resource: "events", namespace, name: known.name, patchType: "merge", body: { count: known.count, lastTimestamp: time } };
  }
  if (process.events.size >= MEMORY_MAX) {
    const [oldest] = process.events.keys();
    if (oldest !== undefined) process.events.delete(oldest);
  }
  const name = `${metadata.name}.${process.epoch.toString(16)}${process.nextRequest.toString(16)}${now.toString(16).padStart(8, "0")}`;
  process.nextRequest += 1;
  process.events.set(key, { name, count: 1 });
  const body = {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace },
    involvedObject: {
      apiVersion: object.apiVersion,
      kind: object.kind,
      name: metadata.name,
      ...(metadata.namespace !== undefined && { namespace }),
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
      ...(fieldPath !== undefined && { fieldPath }),
    },
    reason,
    message,
    type,
    source: { component: source, ...(process.node !== undefined && { host: process.node }) },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    reportingComponent: source,
    reportingInstance: process.node ?? "",
  };
  return { verb: "create", resource: "events", namespace, body };
}

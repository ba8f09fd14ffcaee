import type { Draft } from "../base/draft.ts";
import type { Millis } from "../base/units.ts";
import { timestamp } from "../base/time.ts";
import type { ApiObject } from "../api/object.ts";
import type { Request } from "../api/request.ts";
import type { ObjectReference } from "../api/types/core-v1.ts";
import type { RecordedEvent } from "../client/component.ts";
import type { ProcessState } from "./process.ts";
import { accept } from "./rate-limit.ts";
import type { Rate } from "./rate-limit.ts";

/** Distinct events that a process remembers for folding; beyond, it forgets the oldest. */
const MEMORY_MAX = 1024;

/** Events about one object by one process: so many at once, then one in five minutes (client-go's spam filter). */
const SPAM: Rate = { qps: 1 / 300, burst: 25 };

/**
 * The request that writes an Event: a new object, or a higher count of one that says the same (client-go's recorder);
 * undefined when this process has said too much of this object lately.
 */
export function eventRequest(
  process: ProcessState,
  source: string,
  event: RecordedEvent,
  now: Millis,
): Request | undefined {
  if (isSpam(process, event.object.metadata.uid, now)) return undefined;
  const { object, type, reason, message, fieldPath } = event;
  const { metadata } = object;
  const namespace = metadata.namespace ?? "default";
  const key = `${metadata.uid} ${fieldPath ?? ""} ${reason} ${message}`;
  const known = process.events.get(key);
  const time = timestamp(now);
  if (known !== undefined) {
    known.count += 1;
    return {
      verb: "patch",
      resource: "events",
      namespace,
      name: known.name,
      patchType: "merge",
      body: { count: known.count, lastTimestamp: time },
    };
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
    involvedObject: involvedObject(object, fieldPath),
    reason,
    message,
    type,
    source: process.node === undefined ? { component: source } : { component: source, host: process.node },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    reportingComponent: source,
    reportingInstance: process.node ?? "",
  };
  return { verb: "create", resource: "events", namespace, body };
}

function isSpam({ eventRates }: ProcessState, uid: string, now: Millis): boolean {
  let bucket = eventRates.get(uid);
  if (bucket === undefined) {
    if (eventRates.size >= MEMORY_MAX) {
      const [oldest] = eventRates.keys();
      if (oldest !== undefined) eventRates.delete(oldest);
    }
    bucket = { tokens: SPAM.burst, at: now };
    eventRates.set(uid, bucket);
  }
  return !accept(bucket, SPAM, now);
}

/** Filled in place, in the order of the API: Events are half of all creations. */
function involvedObject({ apiVersion, kind, metadata }: ApiObject, fieldPath: string | undefined): ObjectReference {
  const reference: Draft<ObjectReference> = {
    apiVersion,
    kind,
    name: metadata.name,
  };
  if (metadata.namespace !== undefined) reference.namespace = metadata.namespace;
  reference.uid = metadata.uid;
  reference.resourceVersion = metadata.resourceVersion;
  if (fieldPath !== undefined) reference.fieldPath = fieldPath;
  return reference;
}

import type { Resource } from "../api/object.ts";
import type { Etcd } from "./etcd.ts";
import { firstAfter } from "./log.ts";
import type { LogEntry } from "./state.ts";
import { sizeOf } from "./storage.ts";

/** A watch of a resource or one namespace of it: plain data, kept by whoever watches. */
export interface EtcdWatch {
  readonly resource: Resource;
  readonly namespace?: string;
  /** The next revision to tell. */
  next: number;
}

/** What a watch is told at once. */
export interface WatchResponse {
  /** Revision of the store when it was told. */
  readonly revision: number;
  readonly events: readonly LogEntry[];
  /** More of this response follows. */
  readonly fragment?: true;
  /** The watch is cancelled: revisions below this one cannot be told any more. */
  readonly compactRevision?: number;
}

/** A response above this size is sent in fragments: etcd's greatest request and the overhead of gRPC. Bytes. */
export const RESPONSE_MAX_BYTES: number = 1.5 * 1024 * 1024 + 512 * 1024;

/** All that a watch was not told yet, in fragments of at most `maxBytes` where one event alone is not larger. */
export function pollWatch(
  etcd: Etcd,
  watch: EtcdWatch,
  maxBytes: number = RESPONSE_MAX_BYTES,
): readonly WatchResponse[] {
  const { revision } = etcd;
  const { compacted } = etcd.state;
  if (watch.next < compacted) return [{ revision, events: [], compactRevision: compacted }];
  const log = etcd.logOf(watch.resource);
  const prefix = watch.namespace === undefined ? "" : `${watch.namespace}/`;
  const events: LogEntry[] = [];
  for (let at = firstAfter(log, watch.next - 1); at < log.length; at++) {
    const entry = log[at];
    if (entry?.key.startsWith(prefix) === true) events.push(entry);
  }
  watch.next = Math.max(watch.next, revision + 1);
  return events.length === 0 ? [] : fragments(revision, events, maxBytes);
}

function fragments(revision: number, events: readonly LogEntry[], maxBytes: number): readonly WatchResponse[] {
  const parts: LogEntry[][] = [];
  let part: LogEntry[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = sizeOf(event.resource, event.key, event.after);
    if (part.length > 0 && bytes + size > maxBytes) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(event);
    bytes += size;
  }
  parts.push(part);
  return parts.map((some, i) =>
    i === parts.length - 1 ? { revision, events: some } : { revision, events: some, fragment: true },
  );
}

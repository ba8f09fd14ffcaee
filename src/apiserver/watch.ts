import { cast } from "../base/units.ts";
import type { ApiObject, Resource } from "../api/object.ts";
import type { RequestOptions, WatchEvent } from "../api/request.ts";
import { firstAfter } from "../etcd/log.ts";
import type { LogEntry } from "../etcd/state.ts";
import { emptyFields } from "./empty-object.ts";
import { failure, isFailure, plainError } from "./failure.ts";
import type { Failure } from "./failure.ts";
import { apiVersionOf, resourceOf } from "./kind.ts";
import type { Kind } from "./kind.ts";
import { INITIALIZING, tooLarge, versionProblem } from "./list.ts";
import { EVERYTHING, parseSelection, selected } from "./selection.ts";
import type { Selection } from "./selection.ts";
import type { Server } from "./server-state.ts";
import { triggerOf, triggered } from "./triggers.ts";
import { cachedObject, cachedRange, isFilling, oldestVersion, seenRevision } from "./watch-cache.ts";

/** A cursor in the event log: plain data, kept by whoever watches. */
export interface Watch {
  readonly resource: Resource;
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly selection: Selection;
  /** No selectors and no namespace: every entry of the resource matches. */
  readonly everything: boolean;
  /** Events up to this revision were delivered. */
  cursor: number;
  /** Objects to deliver as ADDED before the log is read. */
  initial: readonly ApiObject[];
  /** Revision of the BOOKMARK that is due after the initial objects. */
  bookmark?: number;
}

/** What a watch asks for. */
export type WatchOptions = Pick<RequestOptions, "labelSelector" | "fieldSelector" | "resourceVersion"> & {
  readonly namespace?: string;
  /** A streaming list: what is there as ADDED, then a BOOKMARK that says so. */
  readonly sendInitialEvents?: boolean;
};

/** Opens a watch. From a version: every change after it; from none or "0": what is there first, as ADDED. */
export function openWatch(server: Server, kind: Kind, options: WatchOptions): Watch | Failure {
  const selection = parseSelection(kind, options);
  if (isFailure(selection)) return selection;
  const version = options.resourceVersion ?? "";
  const problem = versionProblem(server, version, (why) => plainError(why));
  if (problem !== undefined) return problem;
  const namespace = kind.namespaced ? options.namespace : undefined;
  const { etcd } = server;
  const { cache } = server.options;
  const resource = resourceOf(kind);
  if (isFilling(cache, resource) && server.options.mutants?.has("API-04") !== true) return INITIALIZING;
  const fresh = version === "" || version === "0" || options.sendInitialEvents === true;
  const seen = seenRevision(cache, etcd, resource);
  const from = fresh ? seen : Number(version);
  const least = version === "" ? etcd.revision : Number(version);
  if (options.sendInitialEvents === true && seen < least) return tooLarge(least, seen);
  const oldest = oldestVersion(cache, etcd, resource);
  if (!fresh && from < oldest) return tooOld(from, Math.max(oldest, etcd.state.compacted));
  const initial = fresh
    ? candidates(server, kind, selection, namespace).filter((object) => selected(kind, selection, object))
    : [];
  return {
    resource,
    ...(namespace !== undefined && { namespace }),
    selection,
    everything: namespace === undefined && selection === EVERYTHING,
    cursor: cursorOf(server, resource, from, fresh),
    initial,
    ...(options.sendInitialEvents === true && { bookmark: from }),
  };
}

function cursorOf(server: Server, resource: Resource, from: number, fresh: boolean): number {
  const mutants = server.options.mutants;
  if (mutants === undefined) return from;
  // The cache's window is taken to begin one revision late, so the first event after an empty window is lost.
  if (mutants.has("API-03") && !fresh && firstAfter(server.etcd.logOf(resource), from - 1) === 0) return from + 1;
  // The cached watch is inclusive, so that the version from which it goes on is told again.
  if (mutants.has("API-08") && !fresh) return Math.max(from - 1, server.etcd.state.compacted - 1);
  // Events that were buffered while the initial state was collected are delivered again.
  if (mutants.has("API-05") && fresh) return Math.max(from - 2, server.etcd.state.compacted);
  return from;
}

/** What may be in a selection now: one object where it names one. */
function candidates(server: Server, kind: Kind, selection: Selection, namespace?: string): readonly ApiObject[] {
  const { cache } = server.options;
  const resource = resourceOf(kind);
  const trigger = triggerOf(selection);
  if (trigger?.field !== "metadata.name" || (kind.namespaced && namespace === undefined))
    return cachedRange(cache, server.etcd, resource, namespace).items;
  const object = cachedObject(cache, server.etcd, resource, trigger.value, namespace);
  return object === undefined ? [] : [object];
}

function tooOld(from: number, compacted: number): Failure {
  return failure(410, "Expired", `too old resource version: ${from} (${compacted})`);
}

/** Whether a watch would tell anything about a log entry of its resource. Cheap. */
export function entryMatches(kind: Kind, watch: Watch, entry: LogEntry): boolean {
  if (watch.everything) return true;
  const { namespace, selection } = watch;
  if (namespace !== undefined && !entry.key.startsWith(namespace + "/")) return false;
  if (entry.after !== undefined && selected(kind, selection, entry.after)) return true;
  return entry.before !== undefined && selected(kind, selection, entry.before);
}

/** Events of a watch since its cursor, at most `limit` log entries further; moves the cursor. Expired: 410. */
export function drainWatch(server: Server, kind: Kind, watch: Watch, limit: number): WatchEvent[] | Failure {
  if (watch.cursor + 1 < server.etcd.state.compacted && watch.cursor < server.etcd.revision)
    return tooOld(watch.cursor, server.etcd.state.compacted);
  let events: WatchEvent[] | undefined;
  if (watch.initial.length > 0) {
    events = watch.initial.map((object) => ({ type: "ADDED", object }));
    watch.initial = [];
  }
  if (watch.bookmark !== undefined) {
    events = withOneMore(events, { type: "BOOKMARK", object: bookmark(kind, watch.bookmark) });
    delete watch.bookmark;
  }
  const from = missesRefill(server, watch);
  const log = entriesAfter(server, kind, watch, from);
  const seen = seenRevision(server.options.cache, server.etcd, watch.resource);
  const keepsVersion = server.options.mutants?.has("API-07") === true;
  let at = firstAfter(log, from);
  for (let n = 0; at < log.length && n < limit; at++) {
    const entry = log[at];
    if (entry === undefined || entry.revision > seen) break;
    watch.cursor = entry.revision;
    const event = eventOf(kind, watch, entry);
    if (event === undefined) continue;
    // The API-07 mutant tells a removal with the version of the last update.
    const { before } = entry;
    const told: WatchEvent =
      keepsVersion && event.type === "DELETED" && before ? { type: "DELETED", object: before } : event;
    events = withOneMore(events, told);
    n += 1;
  }
  if (at >= log.length || (log[at]?.revision ?? 0) > seen) watch.cursor = Math.max(watch.cursor, seen);
  return events ?? [];
}

/** HOT: most watches are told of one event at a time, and a list that is written down with it has no room to spare. */
function withOneMore(events: WatchEvent[] | undefined, event: WatchEvent): WatchEvent[] {
  if (events === undefined) return [event];
  events.push(event);
  return events;
}

/** So many entries are looked at faster than an index. */
const FEW_ENTRIES = 16;

/** The resource's log, or the part of it that may concern the watch where there is much to look through. Hot. */
function entriesAfter({ etcd }: Server, kind: Kind, watch: Watch, revision: number): readonly LogEntry[] {
  const log = etcd.logOf(watch.resource);
  if (watch.everything || (log[log.length - FEW_ENTRIES]?.revision ?? 0) <= revision) return log;
  const trigger = triggerOf(watch.selection);
  return trigger === undefined ? log : triggered(kind, log, trigger);
}

/** Where a watch goes on. The API-04 mutant lets it begin while the cache is filled, and forgets what came before the new list. */
function missesRefill({ options, etcd }: Server, { cursor, resource }: Watch): number {
  if (options.mutants?.has("API-04") !== true) return cursor;
  return Math.max(cursor, Math.min(oldestVersion(options.cache, etcd, resource), etcd.revision));
}

function eventOf(kind: Kind, watch: Watch, entry: LogEntry): WatchEvent | undefined {
  const { before, after, revision } = entry;
  if (watch.everything) {
    if (after === undefined)
      return before === undefined ? undefined : { type: "DELETED", object: withVersion(before, revision) };
    return { type: before === undefined ? "ADDED" : "MODIFIED", object: after };
  }
  if (watch.namespace !== undefined && !entry.key.startsWith(watch.namespace + "/")) return undefined;
  const was = before !== undefined && selected(kind, watch.selection, before);
  if (after !== undefined && selected(kind, watch.selection, after))
    return { type: was ? "MODIFIED" : "ADDED", object: after };
  return was ? { type: "DELETED", object: withVersion(before, revision) } : undefined;
}

/** The last state with the version of its deletion. */
function withVersion(object: ApiObject, revision: number): ApiObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}

function bookmark(kind: Kind, revision: number): ApiObject {
  const metadata = { annotations: { "k8s.io/initial-events-end": "true" }, resourceVersion: String(revision) };
  return cast<ApiObject>({
    kind: kind.kind,
    apiVersion: apiVersionOf(kind),
    metadata,
    ...emptyFields(resourceOf(kind)),
  });
}

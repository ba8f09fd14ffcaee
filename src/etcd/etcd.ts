import { assert } from "../base/assert.ts";
import { compareText } from "../base/order.ts";
import type { Millis } from "../base/units.ts";
import type { ApiObject, Resource } from "../api/object.ts";
import { firstAfter } from "./log.ts";
import { emptyEtcd, emptyTable } from "./state.ts";
import { NoSpaceError, sizeOf } from "./storage.ts";
import type { Storage } from "./storage.ts";
import type { EtcdState, KeyInfo, LogEntry, Table } from "./state.ts";

/** A condition on a key: its last write is `modRevision` (0: the key is absent). */
export interface Compare {
  readonly resource: Resource;
  readonly key: string;
  readonly modRevision: number;
}

/** A write of one key; without `value` it is a removal. */
export interface Put {
  readonly resource: Resource;
  readonly key: string;
  readonly value?: ApiObject;
  readonly lease?: string;
}

/** The rows of a range read and the revision that they were true at. */
export interface Range {
  readonly revision: number;
  readonly items: readonly ApiObject[];
}

const NONE: ReadonlyMap<string, ApiObject> = new Map<string, ApiObject>();

/** A revisioned store of immutable objects with an event log: etcd's rules, one process, plain-data state. */
export class Etcd {
  readonly state: EtcdState;
  readonly #dropsTombstones: boolean;

  constructor(state: EtcdState = emptyEtcd(), mutants?: ReadonlySet<string>) {
    this.state = state;
    this.#dropsTombstones = mutants?.has("ETC-01") ?? false;
  }

  /** Revision of the last write. */
  get revision(): number {
    return this.state.revision;
  }

  /** Every change from the compacted revision on, in order. */
  get log(): readonly LogEntry[] {
    return this.state.log;
  }

  /** Changes of one resource from the compacted revision on, in order. */
  logOf(resource: Resource): readonly LogEntry[] {
    return this.state.tables.get(resource)?.log ?? [];
  }

  /** The live map of a resource by key. */
  objects(resource: Resource): ReadonlyMap<string, ApiObject> {
    return this.state.tables.get(resource)?.values ?? NONE;
  }

  /** Keys of a resource in one namespace, in no order. */
  keysOf(resource: Resource, namespace: string): ReadonlySet<string> | undefined {
    return this.state.tables.get(resource)?.namespaces.get(namespace);
  }

  /** The value of a key now. */
  get(resource: Resource, key: string): ApiObject | undefined {
    return this.state.tables.get(resource)?.values.get(key);
  }

  /** Revisions and version of a key now. */
  info(resource: Resource, key: string): KeyInfo | undefined {
    return this.state.tables.get(resource)?.info.get(key);
  }

  /** All values of a resource or one namespace of it, in byte order of their keys. */
  range(resource: Resource, namespace?: string): readonly ApiObject[] {
    const table = this.state.tables.get(resource);
    if (table === undefined) return [];
    const keys = namespace === undefined ? [...table.values.keys()] : [...(table.namespaces.get(namespace) ?? [])];
    keys.sort(compareText);
    const items: ApiObject[] = [];
    for (const key of keys) {
      const value = table.values.get(key);
      if (value !== undefined) items.push(value);
    }
    return items;
  }

  /** As `range` at an earlier revision; "compacted" or "future" when that revision cannot be read. */
  rangeAt(revision: number, resource: Resource, namespace?: string): Range | "compacted" | "future" {
    if (revision > this.state.revision) return "future";
    if (revision < this.state.compacted) return "compacted";
    const table = this.state.tables.get(resource);
    if (table === undefined) return { revision, items: [] };
    const from = firstAfter(table.log, revision);
    if (from === table.log.length) return { revision, items: this.range(resource, namespace) };
    const values = new Map(table.values);
    for (let i = table.log.length - 1; i >= from; i--) {
      const entry = table.log[i];
      if (entry === undefined) continue;
      if (entry.before === undefined) values.delete(entry.key);
      else values.set(entry.key, entry.before);
    }
    const prefix = namespace === undefined ? "" : `${namespace}/`;
    const keys = [...values.keys()].filter((key) => key.startsWith(prefix)).sort(compareText);
    return { revision, items: keys.flatMap((key) => values.get(key) ?? []) };
  }

  /** Writes everything at the next revision if all conditions hold; undefined, and no change, if one does not. */
  txn(compares: readonly Compare[], puts: readonly Put[]): number | undefined {
    for (const { resource, key, modRevision } of compares)
      if ((this.info(resource, key)?.modRevision ?? 0) !== modRevision) return undefined;
    if (this.state.storage !== undefined) this.#reserve(this.state.storage, puts);
    const revision = this.state.revision + 1;
    let written = false;
    for (const put of puts) written = this.#write(put, revision) || written;
    if (written) this.state.revision = revision;
    return this.state.revision;
  }

  /** Forgets history below `revision`: reads and watches from before it fail. */
  compact(revision: number): void {
    assert(revision <= this.state.revision, "a compaction is not in the future");
    if (revision <= this.state.compacted) return;
    this.state.compacted = revision;
    if (this.state.storage !== undefined) this.#release(this.state.storage, revision);
    this.#trim(this.state.log, revision);
    for (const table of this.state.tables.values()) this.#trim(table.log, revision);
  }

  /** Sets how much may be stored. Bytes; from then on a write beyond it raises the NOSPACE alarm and throws NoSpaceError. */
  setQuota(quotaBytes: number): void {
    let usedBytes = 0;
    for (const [resource, { values }] of this.state.tables)
      for (const [key, value] of values) usedBytes += sizeOf(resource, key, value);
    for (const { resource, key, before, after } of this.state.log) {
      if (before !== undefined) usedBytes += sizeOf(resource, key, before);
      if (after === undefined) usedBytes += sizeOf(resource, key, undefined);
    }
    this.state.storage = { quotaBytes, fileBytes: usedBytes, usedBytes, alarm: false };
  }

  /** Gives the room of compacted revisions back to the file system. */
  defragment(): void {
    const { storage } = this.state;
    if (storage !== undefined) storage.fileBytes = storage.usedBytes;
  }

  /** Ends the NOSPACE alarm; the next write beyond the quota raises it again. */
  disarm(): void {
    const { storage } = this.state;
    if (storage !== undefined) storage.alarm = false;
  }

  /** Counts what a transaction will store. Removals are let through: they make room. */
  #reserve(storage: Storage, puts: readonly Put[]): void {
    let bytes = 0;
    let adds = false;
    for (const { resource, key, value } of puts) {
      if (value === undefined && this.get(resource, key) === undefined) continue;
      bytes += sizeOf(resource, key, value);
      adds ||= value !== undefined;
    }
    if (adds && (storage.alarm || storage.fileBytes + bytes > storage.quotaBytes)) {
      storage.alarm = true;
      throw new NoSpaceError();
    }
    storage.usedBytes += bytes;
    storage.fileBytes = Math.max(storage.fileBytes, storage.usedBytes);
  }

  /** Creates or renews a lease that ends at now + ttlMs. */
  grant(id: string, ttlMs: Millis, now: Millis): void {
    const keys = this.state.leases.get(id)?.keys ?? new Set<string>();
    this.state.leases.set(id, { ttlMs, expiresAt: now + ttlMs, keys });
  }

  /** Renews a lease by its own time to live; false when it is gone. */
  keepAlive(id: string, now: Millis): boolean {
    const lease = this.state.leases.get(id);
    if (lease === undefined || lease.expiresAt <= now) return false;
    this.state.leases.set(id, { ...lease, expiresAt: now + lease.ttlMs });
    return true;
  }

  /** Removes leases that ended at or before `now` and their keys, a revision for each lease. */
  expire(now: Millis): void {
    for (const [id, lease] of [...this.state.leases]) {
      if (lease.expiresAt > now) continue;
      this.state.leases.delete(id);
      const puts: Put[] = [...lease.keys].map((text) => {
        const space = text.indexOf(" ");
        return { resource: text.slice(0, space), key: text.slice(space + 1) };
      });
      if (puts.length > 0) this.txn([], puts);
    }
  }

  /** Counts what a compaction frees: versions that were replaced before the revision, and marks of removals. */
  #release(storage: Storage, revision: number): void {
    for (const { revision: at, resource, key, before, after } of this.state.log) {
      if (at >= revision) break;
      if (before !== undefined) storage.usedBytes -= sizeOf(resource, key, before);
      if (after === undefined) storage.usedBytes -= sizeOf(resource, key, undefined);
    }
  }

  #write(put: Put, revision: number): boolean {
    const { resource, key, value, lease } = put;
    let table = this.state.tables.get(resource);
    if (table === undefined) {
      table = emptyTable();
      this.state.tables.set(resource, table);
    }
    const before = table.values.get(key);
    if (before === undefined && value === undefined) return false;
    this.#index(table, key, before === undefined, value === undefined);
    const info = table.info.get(key);
    if (info?.lease !== undefined && info.lease !== lease)
      this.state.leases.get(info.lease)?.keys.delete(`${resource} ${key}`);
    if (value === undefined) {
      table.values.delete(key);
      table.info.delete(key);
    } else {
      table.values.set(key, value);
      table.info.set(key, nextInfo(info, revision, lease));
      if (lease !== undefined) this.state.leases.get(lease)?.keys.add(`${resource} ${key}`);
    }
    const entry = logEntry(revision, resource, key, before, value);
    table.log.push(entry);
    this.state.log.push(entry);
    return true;
  }

  #index(table: Table, key: string, created: boolean, removed: boolean): void {
    if (!created && !removed) return;
    const slash = key.indexOf("/");
    const namespace = slash < 0 ? "" : key.slice(0, slash);
    const keys = table.namespaces.get(namespace);
    if (removed) {
      keys?.delete(key);
      if (keys?.size === 0) table.namespaces.delete(namespace);
    } else if (keys === undefined) table.namespaces.set(namespace, new Set([key]));
    else keys.add(key);
  }

  #trim(log: LogEntry[], revision: number): void {
    let cut = firstAfter(log, revision - 1);
    if (this.#dropsTombstones) while (log[cut]?.revision === revision && log[cut]?.after === undefined) cut += 1;
    log.splice(0, cut);
  }
}

function nextInfo(info: KeyInfo | undefined, revision: number, lease: string | undefined): KeyInfo {
  const createRevision = info?.createRevision ?? revision;
  const version = (info?.version ?? 0) + 1;
  return lease === undefined
    ? { createRevision, modRevision: revision, version }
    : { createRevision, modRevision: revision, version, lease };
}

function logEntry(
  revision: number,
  resource: Resource,
  key: string,
  before: ApiObject | undefined,
  after: ApiObject | undefined,
): LogEntry {
  if (before === undefined)
    return after === undefined ? { revision, resource, key } : { revision, resource, key, after };
  return after === undefined ? { revision, resource, key, before } : { revision, resource, key, before, after };
}

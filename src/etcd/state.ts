import type { ApiObject, Resource } from "../api/object.ts";
import type { Millis } from "../base/units.ts";
import type { Storage } from "./storage.ts";

/** One committed change of one key. `before` absent: created; `after` absent: removed. */
export interface LogEntry {
  readonly revision: number;
  readonly resource: Resource;
  readonly key: string;
  readonly before?: ApiObject;
  readonly after?: ApiObject;
}

/** What etcd keeps about a key besides its value. */
export interface KeyInfo {
  readonly createRevision: number;
  readonly modRevision: number;
  /** Writes since the key was created, from 1. */
  readonly version: number;
  readonly lease?: string;
}

/** The keys of one resource. */
export interface Table {
  readonly values: Map<string, ApiObject>;
  readonly info: Map<string, KeyInfo>;
  /** Keys of each namespace; cluster-scoped keys stand under "". */
  readonly namespaces: Map<string, Set<string>>;
  /** Changes of this resource in order of revision, from the compacted revision on. */
  readonly log: LogEntry[];
}

/** Keys that vanish together unless kept alive. */
export interface LeaseRecord {
  readonly ttlMs: Millis;
  readonly expiresAt: Millis;
  readonly keys: Set<string>;
}

/** All of etcd: plain data, but not to be changed from outside. */
export interface EtcdState {
  revision: number;
  /** Reads below this revision fail. */
  compacted: number;
  readonly tables: Map<Resource, Table>;
  readonly log: LogEntry[];
  readonly leases: Map<string, LeaseRecord>;
  /** Absent: there is room for everything. */
  storage?: Storage;
}

/** An empty store; like etcd's, its first revision is 1. */
export function emptyEtcd(): EtcdState {
  return { revision: 1, compacted: 0, tables: new Map(), log: [], leases: new Map() };
}

/** A resource without keys. */
export function emptyTable(): Table {
  return { values: new Map(), info: new Map(), namespaces: new Map(), log: [] };
}

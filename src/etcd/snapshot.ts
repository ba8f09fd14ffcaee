import { cast } from "../base/units.ts";
import { digestHex, digestText, emptyDigest } from "../base/digest.ts";
import { InputError } from "../base/input-error.ts";
import type { ApiObject, Resource } from "../api/object.ts";
import { emptyEtcd, emptyTable } from "./state.ts";
import type { EtcdState, KeyInfo, LeaseRecord, LogEntry } from "./state.ts";
import { Etcd } from "./etcd.ts";

/** How a snapshot is restored, in the words of etcdutl. */
export interface RestoreOptions {
  /** Raises the revision by so much, for clients that have seen later ones. */
  readonly bumpRevision?: number;
  /** Compacts the store at its new revision, so that every watch begins anew. */
  readonly markCompacted?: boolean;
}

interface Saved {
  readonly revision: number;
  readonly compacted: number;
  readonly tables: readonly {
    readonly resource: Resource;
    readonly keys: readonly (readonly [key: string, value: ApiObject, info: KeyInfo])[];
  }[];
  readonly log: readonly LogEntry[];
  readonly leases: readonly (readonly [id: string, lease: Omit<LeaseRecord, "keys">, keys: readonly string[]])[];
}

/** The whole store with its history as text: a line of JSON and a line with its digest. */
export function saveSnapshot({ state }: Etcd): string {
  const saved: Saved = {
    revision: state.revision,
    compacted: state.compacted,
    tables: [...state.tables].map(([resource, { values, info }]) => ({
      resource,
      keys: [...values].flatMap(([key, value]) => {
        const known = info.get(key);
        return known === undefined ? [] : [[key, value, known] as const];
      }),
    })),
    log: state.log,
    leases: [...state.leases].map(([id, { keys, ...lease }]) => [id, lease, [...keys]] as const),
  };
  const text = JSON.stringify(saved);
  return `${text}\n${digestOf(text)}\n`;
}

function digestOf(text: string): string {
  const digest = emptyDigest();
  digestText(digest, text);
  return digestHex(digest);
}

/** A store from a snapshot; `file` names the text in complaints. */
export function restoreSnapshot(text: string, file: string, options: RestoreOptions = {}): Etcd {
  const [body = "", found = ""] = text.split("\n");
  const expected = digestOf(body);
  if (found !== expected) throw new InputError(`${file}: expected the digest ${expected} at the end, found "${found}"`);
  const saved = cast<Saved>(JSON.parse(body));
  const state: EtcdState = emptyEtcd();
  state.revision = saved.revision;
  state.compacted = saved.compacted;
  for (const { resource, keys } of saved.tables) {
    const table = emptyTable();
    state.tables.set(resource, table);
    for (const [key, value, info] of keys) {
      table.values.set(key, value);
      table.info.set(key, info);
      const slash = key.indexOf("/");
      const namespace = slash < 0 ? "" : key.slice(0, slash);
      const others = table.namespaces.get(namespace);
      if (others === undefined) table.namespaces.set(namespace, new Set([key]));
      else others.add(key);
    }
  }
  for (const entry of saved.log) {
    state.log.push(entry);
    state.tables.get(entry.resource)?.log.push(entry);
  }
  for (const [id, lease, keys] of saved.leases) state.leases.set(id, { ...lease, keys: new Set(keys) });
  state.revision += options.bumpRevision ?? 0;
  const etcd = new Etcd(state);
  if (options.markCompacted === true) etcd.compact(state.revision);
  return etcd;
}

import type { LogEntry } from "../etcd/state.ts";
import type { Kind } from "./kind.ts";
import { fieldValue } from "./selection.ts";
import type { Selection } from "./selection.ts";

/** A field of which a selection asks one value: what concerns it is found by an index (upstream: the cacher's trigger functions). */
export interface Trigger {
  readonly field: string;
  readonly value: string;
}

/** The entries of one log by the values of one field. */
interface Index {
  /** The log's first entry when it was read: another one says that the log was compacted. */
  readonly first: LogEntry | undefined;
  /** Entries of the log that have been read. */
  read: number;
  readonly byValue: Map<string, LogEntry[]>;
}

/** Derived from the log and no part of the state: log → field → index, read as far as somebody asked. */
const indexes = new WeakMap<readonly LogEntry[], Map<string, Index>>();
const NO_ENTRIES: readonly LogEntry[] = [];

/** The trigger of a selection: the object's name if it is asked for, else its first field requirement that is an equality. */
export function triggerOf({ fields }: Selection): Trigger | undefined {
  const equalities = fields.filter(({ negated }) => !negated);
  return equalities.find(({ field }) => field === "metadata.name") ?? equalities[0];
}

/** The entries of a resource's log, in order, whose object has or had the trigger's value. */
export function triggered(kind: Kind, log: readonly LogEntry[], { field, value }: Trigger): readonly LogEntry[] {
  let byField = indexes.get(log);
  if (byField === undefined) indexes.set(log, (byField = new Map()));
  let index = byField.get(field);
  if (index === undefined || index.first !== log[0]) {
    index = { first: log[0], read: 0, byValue: new Map() };
    byField.set(field, index);
  }
  for (; index.read < log.length; index.read += 1) {
    const entry = log[index.read];
    if (entry !== undefined) file(index.byValue, kind, field, entry);
  }
  return index.byValue.get(value) ?? NO_ENTRIES;
}

function file(byValue: Index["byValue"], kind: Kind, field: string, entry: LogEntry): void {
  const was = entry.before === undefined ? undefined : fieldValue(kind, field, entry.before);
  const is = entry.after === undefined ? was : fieldValue(kind, field, entry.after);
  if (was !== undefined && was !== is) add(byValue, was, entry);
  if (is !== undefined) add(byValue, is, entry);
}

function add(byValue: Index["byValue"], value: string, entry: LogEntry): void {
  const entries = byValue.get(value);
  if (entries === undefined) byValue.set(value, [entry]);
  else entries.push(entry);
}

import type { Millis } from "../base/units.ts";
import type { Vantage } from "./proxy/categorize.ts";
import type { ProxyConfig } from "./proxy/config.ts";
import type { ConntrackEntry } from "./proxy/conntrack.ts";
import { staleEntries } from "./proxy/conntrack.ts";
import { buildRestore } from "./proxy/iptables/restore.ts";
import type { Tables } from "./proxy/iptables/tables.ts";
import { emptyTables, ensureJumps, restoreTables } from "./proxy/iptables/tables.ts";
import type { Programmed } from "./proxy/programmed.ts";

/**
 * The packet filter of one node. It keeps what each Service was last written from; the rules follow from that and are
 * computed when a packet or a reader asks. It outlives the proxy's process.
 */
export interface Kernel {
  /** Who wrote, and from where; undefined while no proxy ever has. */
  writer: KernelWriter | undefined;
  /** By Service key. */
  readonly services: Map<string, Programmed>;
  conntrack: ConntrackEntry[];
  /** Lists of the "recent" match: chain → source address → last time. */
  readonly recent: Map<string, Map<string, Millis>>;
}

/** The proxy's configuration and the zone that it saw when it last wrote in full. */
export interface KernelWriter {
  readonly config: ProxyConfig;
  readonly zone: string | undefined;
}

/** What one sync sends to iptables-restore, and to conntrack once that has succeeded. */
export interface KernelRestore {
  /** True: everything not named is gone. */
  readonly full: boolean;
  readonly writer: KernelWriter;
  /** Services whose rules are written; undefined removes them. */
  readonly services: readonly (readonly [key: string, programmed: Programmed | undefined])[];
  readonly cleanConntrack: boolean;
}

/** A node after boot. */
export function emptyKernel(): Kernel {
  return { writer: undefined, services: new Map(), conntrack: [], recent: new Map() };
}

/** Applies a restore to `kernel` in place. */
export function applyRestore(kernel: Kernel, restore: KernelRestore): void {
  if (restore.full) {
    kernel.services.clear();
    kernel.writer = restore.writer;
  }
  for (const [key, programmed] of restore.services) {
    if (programmed === undefined) kernel.services.delete(key);
    else kernel.services.set(key, programmed);
  }
  if (!restore.cleanConntrack || kernel.conntrack.length === 0) return;
  const gone = new Set(staleEntries(kernel.conntrack, kernel.services, restore.writer.config));
  if (gone.size > 0) kernel.conntrack = kernel.conntrack.filter((entry) => !gone.has(entry));
}

/** Empties `kernel` in place, as a reboot of the node does. */
export function flushKernel(kernel: Kernel): void {
  kernel.writer = undefined;
  kernel.services.clear();
  kernel.conntrack = [];
  kernel.recent.clear();
}

/** Where the writer stood, for choosing endpoints. */
export function vantageOf(writer: KernelWriter): Vantage {
  return { nodeName: writer.config.nodeName, zone: writer.zone, mutants: writer.config.mutants };
}

/** The tables in full, Services in the order of their names. */
export function kernelTables(kernel: Kernel): Tables {
  const tables = emptyTables();
  const { writer } = kernel;
  if (writer === undefined) return tables;
  ensureJumps(tables);
  restoreTables(
    tables,
    buildRestore({
      config: writer.config,
      vantage: vantageOf(writer),
      services: kernel.services,
      changed: "all",
      existingNatChains: undefined,
    }),
  );
  return tables;
}

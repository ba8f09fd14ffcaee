import type { Rule, Target } from "./rule.ts";
import { renderRule } from "./rule.ts";
import { baseJumps } from "./fixed-rules.ts";

export type TableName = "nat" | "filter" | "mangle";

/** Rules of a table by chain, in their order. */
export type Table = Map<string, readonly Rule[]>;

/** The packet filter of one node in full: what iptables-save shows. */
export type Tables = { readonly [table in TableName]: Table };

/** Input of iptables-restore --noflush for one table. A named chain is emptied first. */
export interface TableRestore {
  readonly table: "filter" | "nat";
  readonly chains: readonly string[];
  readonly rules: readonly Rule[];
  /** Chains to delete; they are among `chains`. */
  readonly deletions: readonly string[];
  /** Rules written after the deletions. */
  readonly tail: readonly Rule[];
}

const tableNames: readonly TableName[] = ["nat", "filter", "mangle"];

/** Built-in chains only, as after boot or a flush. */
export function emptyTables(): Tables {
  const chains = (...names: readonly string[]): Table => new Map(names.map((name): [string, Rule[]] => [name, []]));
  return {
    nat: chains("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    filter: chains("INPUT", "FORWARD", "OUTPUT"),
    mangle: chains(),
  };
}

/** Ensures the jumps from the built-in chains, each put at the head of its chain unless it is there. */
export function ensureJumps(tables: Tables): void {
  for (const { table, rule } of baseJumps) {
    const to = rule.target?.to === "chain" ? rule.target.chain : "";
    if (!tables[table].has(to)) tables[table].set(to, []);
    const rules = tables[table].get(rule.chain) ?? [];
    const line = renderRule(rule);
    if (!rules.some((other) => renderRule(other) === line)) tables[table].set(rule.chain, [rule, ...rules]);
  }
}

/** Applies a restore table by table; a table with an error stays as it was, and the error is returned. */
export function restoreTables(tables: Tables, restores: readonly TableRestore[]): string | undefined {
  for (const restore of restores) {
    const next: Table = new Map(tables[restore.table]);
    const fresh = new Map<string, Rule[]>();
    for (const chain of restore.chains) fresh.set(chain, []);
    for (const rule of [...restore.rules, ...restore.tail]) {
      const list = fresh.get(rule.chain);
      if (list === undefined) return `chain ${rule.chain} is not declared`;
      list.push(rule);
    }
    for (const [chain, rules] of fresh) next.set(chain, rules);
    for (const chain of restore.deletions) next.delete(chain);
    const dangling = danglingJump(next);
    if (dangling !== undefined) return `rule "${renderRule(dangling)}" jumps to a chain that does not exist`;
    tables[restore.table].clear();
    for (const [chain, rules] of next) tables[restore.table].set(chain, rules);
  }
  return undefined;
}

/** The text for iptables-restore: upstream's layout. */
export function renderRestore(restores: readonly TableRestore[]): string[] {
  const lines: string[] = [];
  for (const restore of restores) {
    lines.push(`*${restore.table}`);
    for (const chain of restore.chains) lines.push(chainLine(chain));
    for (const rule of restore.rules) lines.push(renderRule(rule));
    for (const chain of restore.deletions) lines.push(`-X ${chain}`);
    for (const rule of restore.tail) lines.push(renderRule(rule));
    lines.push("COMMIT");
  }
  return lines;
}

/** All tables as a text that iptables-restore takes. */
export function renderTables(tables: Tables): string[] {
  const lines: string[] = [];
  for (const name of tableNames) {
    lines.push(`*${name}`);
    for (const chain of tables[name].keys()) lines.push(chainLine(chain));
    for (const rules of tables[name].values()) for (const rule of rules) lines.push(renderRule(rule));
    lines.push("COMMIT");
  }
  return lines;
}

function chainLine(chain: string): string {
  return `:${chain} - [0:0]`;
}

function danglingJump(table: Table): Rule | undefined {
  for (const rules of table.values()) {
    const bad = rules.find((rule) => jumpsTo(rule.target) !== undefined && !table.has(jumpsTo(rule.target) ?? ""));
    if (bad !== undefined) return bad;
  }
  return undefined;
}

function jumpsTo(target: Target | undefined): string | undefined {
  return target?.to === "chain" ? target.chain : undefined;
}

import { compareText } from "../../../base/order.ts";
import type { Vantage } from "../categorize.ts";
import type { ProxyConfig } from "../config.ts";
import type { Programmed } from "../programmed.ts";
import { portEndpoints } from "../programmed.ts";
import { isServiceChain } from "./chain-name.ts";
import { filterChains, filterHead, filterTail, natChains, natHead, natTail } from "./fixed-rules.ts";
import type { Rule } from "./rule.ts";
import type { ServicePortRules } from "./service-rules.ts";
import { servicePortRules } from "./service-rules.ts";
import type { TableRestore } from "./tables.ts";

/** What one sync writes. */
export interface RestoreInput {
  readonly config: ProxyConfig;
  readonly vantage: Vantage;
  /** Every proxied Service by key. */
  readonly services: ReadonlyMap<string, Programmed>;
  /** Services whose own chains are written; "all" in a full sync. */
  readonly changed: ReadonlySet<string> | "all";
  /** Chains of the nat table now, to find stale ones; undefined when this sync does not look. */
  readonly existingNatChains: Iterable<string> | undefined;
}

/** The input of iptables-restore for one sync, Services in the order of their names. */
export function buildRestore(input: RestoreInput): readonly TableRestore[] {
  const { config } = input;
  const filter: Rule[] = [...filterHead(config)];
  const nat: Rule[] = [...natHead(config)];
  const chains: string[] = [...natChains];
  const active = new Set<string>();
  for (const key of [...input.services.keys()].sort(compareText)) {
    const programmed = input.services.get(key);
    if (programmed === undefined) continue;
    const written = input.changed === "all" || input.changed.has(key);
    for (const rules of rulesOf(programmed, input)) {
      for (const rule of rules.filter) filter.push(rule);
      for (const rule of rules.nat) nat.push(rule);
      for (const chain of rules.chains) active.add(chain);
      if (!written) continue;
      for (const chain of rules.chains) chains.push(chain);
      for (const rule of rules.own) nat.push(rule);
    }
  }
  const stale: string[] = [];
  for (const chain of input.existingNatChains ?? []) if (isServiceChain(chain) && !active.has(chain)) stale.push(chain);
  stale.sort(compareText);
  return [
    { table: "filter", chains: filterChains(config), rules: filter, deletions: [], tail: filterTail(config) },
    { table: "nat", chains: [...chains, ...stale], rules: nat, deletions: stale, tail: natTail(config) },
  ];
}

/** The rules of each port of one Service. */
export function rulesOf(
  programmed: Programmed,
  context: { readonly config: ProxyConfig; readonly vantage: Vantage },
): readonly ServicePortRules[] {
  const { config, vantage } = context;
  return programmed.ports.map((port) =>
    servicePortRules(port, portEndpoints(programmed, port, vantage.mutants), {
      config,
      vantage,
      comments: programmed.comments,
    }),
  );
}

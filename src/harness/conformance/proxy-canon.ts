import { compareText } from "../../base/order.ts";

const lastRule = "this must be the last rule in this chain";

/** Brings an iptables text to the order of the recorded ones: chains sorted, shared chains by service port. */
export function canonicalRules(lines: readonly string[]): string[] {
  const out: string[] = [];
  let table = "";
  let chains: string[] = [];
  let dropped: string[] = [];
  let rules = new Map<string, string[]>();
  for (const line of lines) {
    if (line.startsWith("*")) {
      table = line.slice(1);
      out.push(line);
    } else if (line.startsWith(":")) chains.push(line);
    else if (line.startsWith("-X ")) dropped.push(line);
    else if (line.startsWith("-A ")) {
      const chain = line.split(" ", 2)[1] ?? "";
      rules.set(chain, [...(rules.get(chain) ?? []), line]);
    } else if (line === "COMMIT") {
      chains.sort(compareText);
      out.push(...chains);
      for (const chain of chains) {
        const name = chain.slice(1).split(" ", 1)[0] ?? "";
        const list = rules.get(name) ?? [];
        out.push(...(shared(table, name) ? list.sort(byService) : list));
      }
      out.push(...dropped.sort(compareText), line);
      chains = [];
      dropped = [];
      rules = new Map();
    }
  }
  return out;
}

function shared(table: string, chain: string): boolean {
  if (chain === "KUBE-SERVICES" || chain === "KUBE-NODEPORTS") return true;
  return table === "filter" && (chain === "KUBE-EXTERNAL-SERVICES" || chain === "KUBE-PROXY-FIREWALL");
}

function byService(a: string, b: string): number {
  const aLast = a.includes(lastRule);
  const bLast = b.includes(lastRule);
  if (aLast && bLast) return compareText(a, b);
  if (aLast !== bLast) return aLast ? 1 : -1;
  return compareText(owner(a), owner(b));
}

function owner(rule: string): string {
  return /--comment "?([^" ]+)/.exec(rule)?.[1] ?? "";
}

import type { Kernel } from "./kernel.ts";
import { vantageOf } from "./kernel.ts";
import { rulesOf } from "./proxy/iptables/restore.ts";
import type { Rule } from "./proxy/iptables/rule.ts";

/** What the rules of a node do with new connections from a pod to one port of a Service's cluster IP. */
export interface ClusterIPShares {
  /** "none": the node has no rule for the port. */
  readonly outcome: "spread" | "REJECT" | "DROP" | "none";
  /** Share of each endpoint ("ip:port"), by the order of the rules; together 1 when `outcome` is "spread". */
  readonly shares: ReadonlyMap<string, number>;
  /** Endpoints to which affinity sends a client that has been there before. */
  readonly sticky: readonly string[];
}

const nothing: ClusterIPShares = { outcome: "none", shares: new Map(), sticky: [] };

/**
 * Reads the shares off the rules, without drawing: a rule with probability p takes p of what the rules before it left.
 * Without `protocol` the first port of that number counts. For three endpoints 1/3, then 1/2 of 2/3, then the rest.
 */
export function clusterIPShares(kernel: Kernel, serviceKey: string, port: number, protocol?: string): ClusterIPShares {
  const programmed = kernel.services.get(serviceKey);
  const { writer } = kernel;
  const index =
    programmed?.ports.findIndex((entry) => entry.port === port && (protocol ?? entry.protocol) === entry.protocol) ??
    -1;
  const info = programmed?.ports[index];
  if (writer === undefined || programmed === undefined || info === undefined) return nothing;
  const rules = rulesOf({ ...programmed, ports: [info] }, { config: writer.config, vantage: vantageOf(writer) })[0];
  if (rules === undefined) return nothing;
  const goesTo = (rule: Rule): boolean =>
    rule.chain === "KUBE-SERVICES" &&
    rule.matches.some((match) => match.on === "destination" && match.net === info.clusterIP);
  const refused = rules.filter.find(goesTo)?.target?.to;
  if (refused === "REJECT" || refused === "DROP") return { outcome: refused, shares: new Map(), sticky: [] };
  const entry = rules.nat.find(goesTo)?.target;
  if (entry?.to !== "chain") return nothing;
  const shares = new Map<string, number>();
  const sticky: string[] = [];
  let left = 1;
  for (const rule of rules.own) {
    const endpoint = rule.chain === entry.chain ? endpointOf(rule, rules.own) : undefined;
    if (endpoint === undefined) continue;
    if (rule.matches.some((match) => match.on === "recent")) {
      sticky.push(endpoint);
      continue;
    }
    const draw = rule.matches.find((match) => match.on === "statistic");
    const taken = left * (draw?.on === "statistic" ? Number(draw.probability) : 1);
    shares.set(endpoint, (shares.get(endpoint) ?? 0) + taken);
    left -= taken;
  }
  return { outcome: "spread", shares, sticky };
}

/** The endpoint to which a rule's jump leads; undefined when it leads elsewhere. */
function endpointOf(rule: Rule, own: readonly Rule[]): string | undefined {
  const { target } = rule;
  if (target?.to !== "chain" || !target.chain.startsWith("KUBE-SEP-")) return undefined;
  for (const { chain, target: last } of own) if (chain === target.chain && last?.to === "DNAT") return last.destination;
  return undefined;
}

import type { EndpointInfo } from "../endpoints.ts";
import type { ServicePortInfo } from "../service-port.ts";
import { endpointChain } from "./chain-name.ts";
import type { Match, Rule } from "./rule.ts";
import { bareComment, comment, jump } from "./rule.ts";
import type { RuleContext } from "./service-rules.ts";

const probabilities: string[] = [];

/**
 * The probability of the rule that stands before n−1 others: 1/n in ten decimals.
 * With three endpoints: 0.3333333333, 0.5000000000, then a rule without condition, so each gets a third.
 */
export function probability(n: number): string {
  return (probabilities[n] ??= (1 / n).toFixed(10));
}

/** Rules that spread the connections of a SVC or SVL chain evenly over endpoints, affinity first. */
export function endpointRules(
  chain: string,
  port: ServicePortInfo,
  endpoints: readonly EndpointInfo[],
  context: RuleContext,
): Rule[] {
  const rules: Rule[] = [];
  const noted = endpoints.map((endpoint) => ({
    note: context.comments ? [comment(`${port.nameString} -> ${endpoint.text}`)] : [],
    sep: endpointChain(port.nameString, port.protocol, endpoint.text),
  }));
  if (port.clientIPAffinity) {
    for (const { note, sep } of noted) {
      const recent: Match = { on: "recent", list: sep, rcheckSeconds: port.stickyMaxAgeSeconds };
      rules.push({ chain, matches: [...note, recent], target: jump(sep) });
    }
  }
  noted.forEach(({ note, sep }, i) => {
    const left = endpoints.length - i;
    const draw: Match[] = left > 1 ? [{ on: "statistic", probability: drawFor(left, endpoints.length, context) }] : [];
    rules.push({ chain, matches: [...note, ...draw], target: jump(sep) });
  });
  return rules;
}

/** The chain of one endpoint: masquerades a pod that reaches itself, then changes the destination. */
export function endpointChainRules(
  port: ServicePortInfo,
  endpoint: EndpointInfo,
  context: RuleContext,
  chains: string[],
): Rule[] {
  const chain = endpointChain(port.nameString, port.protocol, endpoint.text);
  chains.push(chain);
  const note = context.comments ? [bareComment(port.nameString)] : [];
  const set: Match[] = port.clientIPAffinity ? [{ on: "recent", list: chain }] : [];
  return [
    { chain, matches: [...note, { on: "source", net: endpoint.ip }], target: jump("KUBE-MARK-MASQ") },
    {
      chain,
      matches: [...note, ...set, { on: "protocol", protocol: port.protocol }],
      target: { to: "DNAT", destination: endpoint.text },
    },
  ];
}

function drawFor(left: number, total: number, context: RuleContext): string {
  const { mutants } = context.vantage;
  if (mutants.has("PRX-01")) return (1 / left).toFixed(2);
  if (mutants.has("PRX-02")) return probability(total);
  return probability(left);
}

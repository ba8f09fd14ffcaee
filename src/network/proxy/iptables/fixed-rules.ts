import type { ProxyConfig } from "../config.ts";
import { localhostNodePorts, masqueradeMark, nodePortAddresses } from "../config.ts";
import { isLoopback, parseIp } from "../../address.ts";
import type { Match, Rule, Target } from "./rule.ts";
import { comment, jump } from "./rule.ts";

/** Chains of the filter table that every sync writes, in upstream's order; KUBE-FIREWALL only where it has its rule. */
export function filterChains(config: ProxyConfig): readonly string[] {
  const chains = ["KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES", "KUBE-FORWARD", "KUBE-NODEPORTS", "KUBE-PROXY-FIREWALL"];
  return localhostNodePorts(config) ? [...chains, "KUBE-FIREWALL"] : chains;
}

/** Chains of the nat table that every sync writes. */
export const natChains: readonly string[] = ["KUBE-SERVICES", "KUBE-NODEPORTS", "KUBE-POSTROUTING", "KUBE-MARK-MASQ"];

/** Rules of nat before those of the services. */
export function natHead(config: ProxyConfig): readonly Rule[] {
  const mark = masqueradeMark(config);
  const chain = "KUBE-POSTROUTING";
  return [
    { chain, matches: [{ on: "mark", mark, not: true }], target: { to: "RETURN" } },
    { chain, matches: [], target: { to: "MARK", set: "xor", mark } },
    {
      chain,
      matches: [comment("kubernetes service traffic requiring SNAT")],
      target: { to: "MASQUERADE", randomFully: config.randomFully },
    },
    { chain: "KUBE-MARK-MASQ", matches: [], target: { to: "MARK", set: "or", mark } },
  ];
}

/** Rules of nat after those of the services: the way to the node ports. */
export function natTail(config: ProxyConfig): readonly Rule[] {
  const note = comment("kubernetes service nodeports; NOTE: this must be the last rule in this chain");
  const target: Target = jump("KUBE-NODEPORTS");
  const rule = (...matches: readonly Match[]): Rule => ({
    chain: "KUBE-SERVICES",
    matches: [note, ...matches],
    target,
  });
  const addresses = nodePortAddresses(config);
  const localhost = localhostNodePorts(config);
  if (addresses.matchAll) {
    const local: Match = { on: "addrtype", side: "dst" };
    if (config.family === "IPv6") return [rule(local, { on: "destination", net: "::1/128", not: true })];
    return [localhost ? rule(local) : rule(local, { on: "destination", net: "127.0.0.0/8", not: true })];
  }
  return addresses.nodeIPs
    .filter((address) => {
      const ip = parseIp(address);
      return ip !== undefined && (localhost || !isLoopback(ip));
    })
    .map((net) => rule({ on: "destination", net }));
}

/** Rules of filter before those of the services. */
export function filterHead(config: ProxyConfig): readonly Rule[] {
  if (!localhostNodePorts(config)) return [];
  const net = "127.0.0.0/8";
  return [
    {
      chain: "KUBE-FIREWALL",
      matches: [
        comment("block incoming localnet connections"),
        { on: "destination", net },
        { on: "source", net, not: true },
        { on: "ctstate", states: "RELATED,ESTABLISHED,DNAT", not: true },
      ],
      target: { to: "DROP" },
    },
  ];
}

/** Rules of filter after those of the services. */
export function filterTail(config: ProxyConfig): readonly Rule[] {
  const chain = "KUBE-FORWARD";
  const counted: Match[] = config.nfacct ? [{ on: "nfacct", counter: "ct_state_invalid_dropped_pkts" }] : [];
  const invalid: Rule = { chain, matches: [{ on: "ctstate", states: "INVALID" }, ...counted], target: { to: "DROP" } };
  return [
    ...(config.tcpBeLiberal ? [] : [invalid]),
    {
      chain,
      matches: [comment("kubernetes forwarding rules"), { on: "mark", mark: masqueradeMark(config) }],
      target: { to: "ACCEPT" },
    },
    {
      chain,
      matches: [comment("kubernetes forwarding conntrack rule"), { on: "ctstate", states: "RELATED,ESTABLISHED" }],
      target: { to: "ACCEPT" },
    },
  ];
}

/** A jump from a built-in chain, made by a full sync at the head of the chain unless it is there. */
export interface BaseJump {
  readonly table: "filter" | "nat";
  readonly rule: Rule;
}

/** upstream's iptablesJumpChains and iptablesKubeletJumpChains, in the order in which they are ensured. */
export const baseJumps: readonly BaseJump[] = [
  ...(["INPUT", "FORWARD"] as const).map((from) =>
    filterJump(from, "KUBE-EXTERNAL-SERVICES", "kubernetes externally-visible service portals", true),
  ),
  filterJump("INPUT", "KUBE-NODEPORTS", "kubernetes health check service ports", false),
  ...(["FORWARD", "OUTPUT"] as const).map((from) =>
    filterJump(from, "KUBE-SERVICES", "kubernetes service portals", true),
  ),
  filterJump("FORWARD", "KUBE-FORWARD", "kubernetes forwarding rules", false),
  ...(["INPUT", "OUTPUT", "FORWARD"] as const).map((from) =>
    filterJump(from, "KUBE-PROXY-FIREWALL", "kubernetes load balancer firewall", true),
  ),
  ...(["OUTPUT", "PREROUTING"] as const).map((chain) => natJump(chain, "KUBE-SERVICES", "kubernetes service portals")),
  natJump("POSTROUTING", "KUBE-POSTROUTING", "kubernetes postrouting rules"),
  ...(["INPUT", "OUTPUT"] as const).map((chain): BaseJump => ({
    table: "filter",
    rule: { chain, matches: [], target: jump("KUBE-FIREWALL") },
  })),
];

function filterJump(chain: string, to: string, note: string, onlyNew: boolean): BaseJump {
  const state: Match[] = onlyNew ? [{ on: "ctstate", states: "NEW" }] : [];
  return { table: "filter", rule: { chain, matches: [...state, comment(note)], target: jump(to) } };
}

function natJump(chain: string, to: string, note: string): BaseJump {
  return { table: "nat", rule: { chain, matches: [comment(note)], target: jump(to) } };
}

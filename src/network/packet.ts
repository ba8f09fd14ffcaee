import type { Millis } from "../base/units.ts";
import { canonicalIp, isLoopback, netMatches, parseIp } from "./address.ts";
import type { Match, Rule, Target } from "./proxy/iptables/rule.ts";
import type { Table, Tables } from "./proxy/iptables/tables.ts";

/** The first packet of a new connection. */
export interface Packet {
  /** Lower case: tcp, udp, sctp. */
  readonly protocol: string;
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  /** Device by which it comes in; "" when it starts on the node itself. */
  readonly device: string;
}

/** The node at which a packet starts or enters. */
export interface PacketNode {
  readonly tables: Tables;
  /** Addresses of the node's devices; loopback is always among them. */
  readonly addresses: readonly string[];
  /** Lists of the "recent" match; walked packets are entered. */
  readonly recent: Map<string, Map<string, Millis>>;
  readonly now: Millis;
  /** [0, 1): decides the "statistic" match. */
  random(): number;
}

/** What became of a packet on its node, and the chains that it walked, "table/chain" in their order. */
export type PacketOutcome =
  | {
      readonly outcome: "delivered";
      readonly ip: string;
      readonly port: number;
      /** Some rule changed the destination. */
      readonly translated: boolean;
      /** It leaves with the node's address as its source. */
      readonly masqueraded: boolean;
      readonly chains: readonly string[];
    }
  | {
      readonly outcome: "rejected" | "dropped";
      /** Comment of the rule that decided. */
      readonly why: string;
      readonly chains: readonly string[];
    };

/** The packet on its way through the chains. */
interface Walk {
  readonly node: PacketNode;
  readonly packet: Packet;
  readonly chains: string[];
  destination: string;
  port: number;
  mark: number;
  translated: boolean;
  masqueraded: boolean;
}

type Verdict = { readonly is: "accept" | "end" } | { readonly is: "DROP" | "REJECT"; readonly rule: Rule };

/** Jumps deeper than this are a loop, which the kernel would not have loaded. */
const depthMax = 32;

/**
 * Walks a packet through nat PREROUTING or OUTPUT, the filter chains of its way, and nat POSTROUTING.
 * It comes from the node itself when it has no device.
 */
export function walkPacket(node: PacketNode, packet: Packet): PacketOutcome {
  const walk: Walk = {
    node,
    packet,
    chains: [],
    destination: canonicalIp(packet.destination),
    port: packet.port,
    mark: 0,
    translated: false,
    masqueraded: false,
  };
  const starts = packet.device === "";
  walkChain(walk, "nat", starts ? "OUTPUT" : "PREROUTING");
  const arrives = isLocal(node, walk.destination);
  const filters = starts ? ["OUTPUT", ...(arrives ? ["INPUT"] : [])] : [arrives ? "INPUT" : "FORWARD"];
  for (const chain of filters) {
    const verdict = walkChain(walk, "filter", chain);
    if (verdict.is === "DROP" || verdict.is === "REJECT") {
      const outcome = verdict.is === "DROP" ? "dropped" : "rejected";
      return { outcome, why: commentOf(verdict.rule), chains: walk.chains };
    }
  }
  if (starts || !arrives) walkChain(walk, "nat", "POSTROUTING");
  const { destination: ip, port, translated, masqueraded, chains } = walk;
  return { outcome: "delivered", ip, port, translated, masqueraded, chains };
}

/** The comment of a rule; empty when it has none. */
export function commentOf(rule: Rule): string {
  const found = rule.matches.find((match) => match.on === "comment");
  return found?.on === "comment" ? found.text : "";
}

function walkChain(walk: Walk, table: "nat" | "filter", name: string): Verdict {
  const rules: Table = walk.node.tables[table];
  const stack: { readonly rules: readonly Rule[]; at: number }[] = [];
  const enter = (chain: string): void => {
    walk.chains.push(`${table}/${chain}`);
    if (stack.length < depthMax) stack.push({ rules: rules.get(chain) ?? [], at: 0 });
  };
  enter(name);
  for (;;) {
    const frame = stack.at(-1);
    if (frame === undefined) return { is: "end" };
    const rule = frame.rules[frame.at];
    frame.at += 1;
    if (rule === undefined) {
      stack.pop();
      continue;
    }
    if (rule.target === undefined || !rule.matches.every((match) => holds(walk, match))) continue;
    if (rule.target.to === "chain") enter(rule.target.chain);
    else if (rule.target.to === "RETURN") stack.pop();
    else {
      const verdict = act(walk, rule, rule.target);
      if (verdict !== undefined) return verdict;
    }
  }
}

/** Carries out a target that is no jump; undefined when the walk goes on. */
function act(walk: Walk, rule: Rule, target: Exclude<Target, { to: "chain" }>): Verdict | undefined {
  switch (target.to) {
    case "MARK": {
      const bits = Number(target.mark);
      walk.mark = (target.set === "or" ? walk.mark | bits : walk.mark ^ bits) >>> 0;
      return undefined;
    }
    case "DNAT": {
      const colon = target.destination.lastIndexOf(":");
      walk.destination = target.destination.slice(0, colon).replace(/^\[|\]$/g, "");
      walk.port = Number(target.destination.slice(colon + 1));
      walk.translated = true;
      return { is: "accept" };
    }
    case "MASQUERADE":
      walk.masqueraded = true;
      return { is: "accept" };
    case "ACCEPT":
      return { is: "accept" };
    case "DROP":
    case "REJECT":
      return { is: target.to, rule };
    case "RETURN":
      return { is: "end" };
  }
}

function holds(walk: Walk, match: Match): boolean {
  const { packet, node } = walk;
  switch (match.on) {
    case "comment":
    case "nfacct":
      return true;
    case "protocol":
      return match.protocol === packet.protocol;
    case "source":
      return netMatches(match.net, packet.source) !== (match.not === true);
    case "destination":
      return netMatches(match.net, walk.destination) !== (match.not === true);
    case "dport":
      return match.port === walk.port;
    case "inInterface":
      return deviceMatches(match.device, packet.device) !== (match.not === true);
    case "addrtype":
      return isLocal(node, match.side === "src" ? packet.source : walk.destination);
    case "ctstate": {
      const states = match.states.split(",");
      return (states.includes("NEW") || (walk.translated && states.includes("DNAT"))) !== (match.not === true);
    }
    case "mark": {
      const bits = Number(match.mark);
      const marked = (walk.mark & bits) >>> 0 === bits;
      return marked !== (match.not === true);
    }
    case "statistic":
      return node.random() < Number(match.probability);
    case "recent":
      return recentMatches(walk, match);
  }
}

function recentMatches(walk: Walk, match: Extract<Match, { on: "recent" }>): boolean {
  const { recent, now } = walk.node;
  const source = canonicalIp(walk.packet.source);
  let list = recent.get(match.list);
  if (match.rcheckSeconds === undefined) {
    if (list === undefined) recent.set(match.list, (list = new Map()));
    list.set(source, now);
    return true;
  }
  const seen = list?.get(source);
  return seen !== undefined && now - seen <= match.rcheckSeconds * 1000;
}

function deviceMatches(pattern: string, device: string): boolean {
  return pattern.endsWith("+") ? device.startsWith(pattern.slice(0, -1)) : pattern === device;
}

function isLocal(node: PacketNode, address: string): boolean {
  const text = canonicalIp(address);
  if (node.addresses.includes(text)) return true;
  const ip = parseIp(text);
  return ip !== undefined && isLoopback(ip);
}

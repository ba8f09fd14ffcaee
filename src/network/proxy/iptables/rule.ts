/** One match of a rule, in iptables' words. */
export type Match =
  | { readonly on: "comment"; readonly text: string; readonly quoted: boolean }
  | { readonly on: "protocol"; readonly protocol: string }
  | { readonly on: "source" | "destination"; readonly net: string; readonly not?: true }
  | { readonly on: "inInterface"; readonly device: string; readonly not?: true }
  | { readonly on: "dport"; readonly port: number }
  | { readonly on: "ctstate"; readonly states: string; readonly not?: true }
  | { readonly on: "addrtype"; readonly side: "src" | "dst" }
  | { readonly on: "mark"; readonly mark: string; readonly not?: true }
  | { readonly on: "statistic"; readonly probability: string }
  | { readonly on: "recent"; readonly list: string; readonly rcheckSeconds?: number }
  | { readonly on: "nfacct"; readonly counter: string };

/** What a rule does with a packet that matches. */
export type Target =
  | { readonly to: "ACCEPT" | "DROP" | "REJECT" | "RETURN" }
  | { readonly to: "MASQUERADE"; readonly randomFully: boolean }
  | { readonly to: "MARK"; readonly set: "or" | "xor"; readonly mark: string }
  | { readonly to: "DNAT"; readonly destination: string }
  | { readonly to: "chain"; readonly chain: string };

/** One rule of a chain. Without a target it only carries a comment. */
export interface Rule {
  readonly chain: string;
  readonly matches: readonly Match[];
  readonly target?: Target;
}

/** A comment in double quotes. */
export function comment(text: string): Match {
  return { on: "comment", text, quoted: true };
}

/** A comment of one word, as upstream writes some without quotes. */
export function bareComment(text: string): Match {
  return { on: "comment", text, quoted: false };
}

/** Jumps to a chain. */
export function jump(chain: string): Target {
  return { to: "chain", chain };
}

/** The line of an iptables-restore text: "-A CHAIN … -j TARGET". */
export function renderRule(rule: Rule): string {
  let line = `-A ${rule.chain}`;
  for (const match of rule.matches) line += ` ${renderMatch(match)}`;
  return rule.target === undefined ? line : `${line} -j ${renderTarget(rule.target)}`;
}

function renderMatch(match: Match): string {
  switch (match.on) {
    case "comment":
      return `-m comment --comment ${match.quoted ? `"${match.text}"` : match.text}`;
    case "protocol":
      return `-m ${match.protocol} -p ${match.protocol}`;
    case "source":
      return `${bang(match)}-s ${match.net}`;
    case "destination":
      return `${bang(match)}-d ${match.net}`;
    case "inInterface":
      return `${bang(match)}-i ${match.device}`;
    case "dport":
      return `--dport ${match.port}`;
    case "ctstate":
      return `-m conntrack ${bang(match)}--ctstate ${match.states}`;
    case "addrtype":
      return `-m addrtype --${match.side}-type LOCAL`;
    case "mark":
      return `-m mark ${bang(match)}--mark ${match.mark}/${match.mark}`;
    case "statistic":
      return `-m statistic --mode random --probability ${match.probability}`;
    case "recent":
      return match.rcheckSeconds === undefined
        ? `-m recent --name ${match.list} --set`
        : `-m recent --name ${match.list} --rcheck --seconds ${match.rcheckSeconds} --reap`;
    case "nfacct":
      return `-m nfacct --nfacct-name ${match.counter}`;
  }
}

function renderTarget(target: Target): string {
  switch (target.to) {
    case "chain":
      return target.chain;
    case "DNAT":
      return `DNAT --to-destination ${target.destination}`;
    case "MARK":
      return `MARK --${target.set}-mark ${target.mark}`;
    case "MASQUERADE":
      return target.randomFully ? "MASQUERADE --random-fully" : "MASQUERADE";
    default:
      return target.to;
  }
}

function bang(match: { readonly not?: true }): string {
  return match.not === true ? "! " : "";
}

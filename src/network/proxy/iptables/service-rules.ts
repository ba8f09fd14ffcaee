import { cidrContains, parseCidr, parseIp } from "../../address.ts";
import type { Categorized, Vantage } from "../categorize.ts";
import { categorizeEndpoints } from "../categorize.ts";
import type { ProxyConfig } from "../config.ts";
import { localhostNodePorts } from "../config.ts";
import type { EndpointInfo } from "../endpoints.ts";
import type { ServicePortInfo } from "../service-port.ts";
import { serviceChain } from "./chain-name.ts";
import { endpointRules, endpointChainRules } from "./endpoint-rules.ts";
import type { Match, Rule, Target } from "./rule.ts";
import { bareComment, comment, jump } from "./rule.ts";

/** All rules of one service port on one node, each list in upstream's order of writing. */
export interface ServicePortRules {
  /** Rules of the filter table. */
  readonly filter: readonly Rule[];
  /** Rules of nat's KUBE-SERVICES and KUBE-NODEPORTS: every sync writes them. */
  readonly nat: readonly Rule[];
  /** The port's own chains of nat: written only when the Service or its slices have changed. */
  readonly chains: readonly string[];
  readonly own: readonly Rule[];
}

/** What the rules of a service port depend on besides the port and its endpoints. */
export interface RuleContext {
  readonly config: ProxyConfig;
  readonly vantage: Vantage;
  /** False in large-cluster mode: rules of SVC, SVL and SEP chains have no comments. */
  readonly comments: boolean;
}

/** Names of the chains of a service port, and which of them it uses. */
interface Plan {
  readonly port: ServicePortInfo;
  readonly endpoints: Categorized;
  readonly internalChain: string;
  readonly externalChain: string;
  readonly clusterChain: string;
  readonly localChain: string;
  readonly extChain: string;
  readonly fwChain: string;
  readonly hasInternal: boolean;
  readonly hasExternal: boolean;
  readonly usesExt: boolean;
  readonly usesFw: boolean;
  readonly vips: readonly string[];
  readonly externalIPs: readonly string[];
}

const addrtypeLocal: Match = { on: "addrtype", side: "dst" };
const markMasq: Target = jump("KUBE-MARK-MASQ");

/** upstream pkg/proxy/iptables/proxier.go, the body of the loop over service ports. */
export function servicePortRules(
  port: ServicePortInfo,
  endpoints: readonly EndpointInfo[],
  context: RuleContext,
): ServicePortRules {
  const plan = planOf(port, endpoints, context);
  const filter: Rule[] = [];
  const nat: Rule[] = [];
  captureClusterIP(plan, filter, nat);
  captureExternalIPs(plan, filter, nat);
  captureLoadBalancer(plan, filter, nat);
  captureNodePort(plan, context.config, filter, nat);
  const chains: string[] = [];
  const own: Rule[] = [];
  writeInternal(plan, context.config, own);
  if (plan.usesExt) writeExternal(plan, context.config, chains, own);
  if (plan.usesFw) writeFirewall(plan, context.config, chains, own);
  const { cluster, local, reachable } = plan.endpoints;
  if (cluster.length > 0 && port.usesClusterEndpoints) {
    chains.push(plan.clusterChain);
    own.push(...endpointRules(plan.clusterChain, port, cluster, context));
  }
  if (local.length > 0 && port.usesLocalEndpoints) {
    chains.push(plan.localChain);
    own.push(...endpointRules(plan.localChain, port, local, context));
  }
  const reached = context.vantage.mutants.has("PRX-09") && port.clientIPAffinity ? endpoints : reachable;
  for (const endpoint of reached) own.push(...endpointChainRules(port, endpoint, context, chains));
  return { filter, nat, chains, own };
}

function planOf(port: ServicePortInfo, all: readonly EndpointInfo[], context: RuleContext): Plan {
  let endpoints = categorizeEndpoints(all, port, context.vantage);
  if (context.vantage.mutants.has("PRX-09") && port.clientIPAffinity && all.length > 0)
    endpoints = { ...endpoints, cluster: all, hasAny: true };
  if (context.vantage.mutants.has("PRX-10") && endpoints.local.length === 0)
    endpoints = { ...endpoints, local: endpoints.cluster };
  const { nameString, protocol } = port;
  const clusterChain = serviceChain("SVC", nameString, protocol);
  const localChain = serviceChain("SVL", nameString, protocol);
  const hasLocal = endpoints.local.length > 0;
  return {
    port,
    endpoints,
    clusterChain,
    localChain,
    internalChain: port.internalPolicyLocal ? localChain : clusterChain,
    externalChain: port.externalPolicyLocal ? localChain : clusterChain,
    extChain: serviceChain("EXT", nameString, protocol),
    fwChain: serviceChain("FW", nameString, protocol),
    hasInternal: endpoints.hasAny && (!port.internalPolicyLocal || hasLocal),
    hasExternal: endpoints.hasAny && (!port.externalPolicyLocal || hasLocal),
    usesExt: endpoints.hasAny && port.externallyAccessible,
    usesFw: endpoints.hasAny && port.loadBalancerVIPs.length > 0 && port.loadBalancerSourceRanges.length > 0,
    vips: port.loadBalancerVIPs,
    externalIPs: context.config.allowServiceExternalIPs ? port.externalIPs : [],
  };
}

/** REJECT when the service has no endpoints at all, DROP when only local ones are missing. */
function refusal(plan: Plan): { readonly note: Match; readonly target: Target } {
  const { nameString } = plan.port;
  return plan.endpoints.hasAny
    ? { note: comment(`${nameString} has no local endpoints`), target: { to: "DROP" } }
    : { note: comment(`${nameString} has no endpoints`), target: { to: "REJECT" } };
}

function towards(plan: Plan, note: Match, ip: string): Match[] {
  return [
    note,
    { on: "protocol", protocol: plan.port.protocol },
    { on: "destination", net: ip },
    { on: "dport", port: plan.port.port },
  ];
}

function captureClusterIP(plan: Plan, filter: Rule[], nat: Rule[]): void {
  const { clusterIP, nameString } = plan.port;
  if (plan.hasInternal) {
    const matches = towards(plan, comment(`${nameString} cluster IP`), clusterIP);
    nat.push({ chain: "KUBE-SERVICES", matches, target: jump(plan.internalChain) });
  } else {
    const { note, target } = refusal(plan);
    filter.push({ chain: "KUBE-SERVICES", matches: towards(plan, note, clusterIP), target });
  }
}

function captureExternalIPs(plan: Plan, filter: Rule[], nat: Rule[]): void {
  for (const ip of plan.externalIPs) {
    if (plan.endpoints.hasAny) {
      const matches = towards(plan, comment(`${plan.port.nameString} external IP`), ip);
      nat.push({ chain: "KUBE-SERVICES", matches, target: jump(plan.extChain) });
    }
    refuseExternal(plan, ip, filter);
  }
}

function captureLoadBalancer(plan: Plan, filter: Rule[], nat: Rule[]): void {
  const { nameString } = plan.port;
  for (const ip of plan.vips) {
    if (plan.endpoints.hasAny) {
      const matches = towards(plan, comment(`${nameString} loadbalancer IP`), ip);
      nat.push({ chain: "KUBE-SERVICES", matches, target: jump(plan.usesFw ? plan.fwChain : plan.extChain) });
    }
    if (plan.usesFw) {
      const note = comment(`${nameString} traffic not accepted by ${plan.fwChain}`);
      filter.push({ chain: "KUBE-PROXY-FIREWALL", matches: towards(plan, note, ip), target: { to: "DROP" } });
    }
  }
  for (const ip of plan.vips) refuseExternal(plan, ip, filter);
}

function refuseExternal(plan: Plan, ip: string, filter: Rule[]): void {
  if (plan.hasExternal) return;
  const { note, target } = refusal(plan);
  filter.push({ chain: "KUBE-EXTERNAL-SERVICES", matches: towards(plan, note, ip), target });
}

function captureNodePort(plan: Plan, config: ProxyConfig, filter: Rule[], nat: Rule[]): void {
  const { nodePort, protocol, nameString, healthCheckNodePort } = plan.port;
  if (nodePort !== 0) {
    const at: Match = { on: "dport", port: nodePort };
    const speaks: Match = { on: "protocol", protocol };
    const target = jump(plan.extChain);
    if (plan.endpoints.hasAny) {
      if (config.nfacct && localhostNodePorts(config)) {
        const loopback: Match = { on: "destination", net: "127.0.0.0/8" };
        const count: Match = { on: "nfacct", counter: "localhost_nps_accepted_pkts" };
        nat.push({ chain: "KUBE-NODEPORTS", matches: [bareComment(nameString), speaks, loopback, at, count], target });
      }
      nat.push({ chain: "KUBE-NODEPORTS", matches: [bareComment(nameString), speaks, at], target });
    }
    if (!plan.hasExternal) {
      const refused = refusal(plan);
      const matches = [refused.note, addrtypeLocal, speaks, at];
      filter.push({ chain: "KUBE-EXTERNAL-SERVICES", matches, target: refused.target });
    }
  }
  if (healthCheckNodePort === 0) return;
  const matches: Match[] = [
    comment(`${nameString} health check node port`),
    { on: "protocol", protocol: "tcp" },
    { on: "dport", port: healthCheckNodePort },
  ];
  filter.push({ chain: "KUBE-NODEPORTS", matches, target: { to: "ACCEPT" } });
}

/** Masquerades traffic to the cluster IP that does not come from pods. */
function writeInternal(plan: Plan, config: ProxyConfig, own: Rule[]): void {
  if (!plan.hasInternal) return;
  const matches = towards(plan, comment(`${plan.port.nameString} cluster IP`), plan.port.clusterIP);
  const notLocal = localMatch(config, true);
  if (config.masqueradeAll) own.push({ chain: plan.internalChain, matches, target: markMasq });
  else if (notLocal !== undefined)
    own.push({ chain: plan.internalChain, matches: [...matches, notLocal], target: markMasq });
}

function writeExternal(plan: Plan, config: ProxyConfig, chains: string[], own: Rule[]): void {
  const chain = plan.extChain;
  const destinations = `${plan.port.nameString} external destinations`;
  chains.push(chain);
  if (!plan.port.externalPolicyLocal) {
    own.push({ chain, matches: [comment(`masquerade traffic for ${destinations}`)], target: markMasq });
  } else {
    const fromPods = localMatch(config, false);
    const fromNode: Match = { on: "addrtype", side: "src" };
    const toCluster = jump(plan.clusterChain);
    if (fromPods !== undefined)
      own.push({ chain, matches: [comment(`pod traffic for ${destinations}`), fromPods], target: toCluster });
    own.push({ chain, matches: [comment(`masquerade LOCAL traffic for ${destinations}`), fromNode], target: markMasq });
    own.push({ chain, matches: [comment(`route LOCAL traffic for ${destinations}`), fromNode], target: toCluster });
  }
  if (plan.hasExternal) own.push({ chain, matches: [], target: jump(plan.externalChain) });
}

function writeFirewall(plan: Plan, config: ProxyConfig, chains: string[], own: Rule[]): void {
  const chain = plan.fwChain;
  const { nameString, loadBalancerSourceRanges } = plan.port;
  chains.push(chain);
  const note = comment(`${nameString} loadbalancer IP`);
  const nodeIP = parseIp(config.nodeIP);
  let allowFromNode = false;
  for (const net of loadBalancerSourceRanges) {
    own.push({ chain, matches: [note, { on: "source", net }], target: jump(plan.extChain) });
    const range = parseCidr(net);
    if (range !== undefined && nodeIP !== undefined && cidrContains(range, nodeIP)) allowFromNode = true;
  }
  if (allowFromNode) {
    for (const net of plan.vips)
      own.push({ chain, matches: [note, { on: "source", net }], target: jump(plan.extChain) });
  }
  own.push({ chain, matches: [comment(`other traffic to ${nameString} will be dropped by KUBE-PROXY-FIREWALL`)] });
}

/** Matches traffic of the cluster's own pods, or with `not` all other; undefined when the proxy cannot tell. */
function localMatch(config: ProxyConfig, not: boolean): Match | undefined {
  const { localDetect } = config;
  const negated = not ? ({ not: true } as const) : {};
  switch (localDetect.mode) {
    case "none":
      return undefined;
    case "cidr":
      return { on: "source", net: localDetect.value, ...negated };
    case "bridge":
      return { on: "inInterface", device: localDetect.value, ...negated };
    case "prefix":
      return { on: "inInterface", device: `${localDetect.value}+`, ...negated };
  }
}

import { compareText } from "../../base/order.ts";
import { cast, SECOND } from "../../base/units.ts";
import type { ApiObject } from "../../api/object.ts";
import type { Node, Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { ConntrackEntry } from "../../network/proxy/conntrack.ts";
import { staleEntries } from "../../network/proxy/conntrack.ts";
import type { LocalDetect, ProxyConfig } from "../../network/proxy/config.ts";
import { localhostNodePorts, proxyConfig } from "../../network/proxy/config.ts";
import { healthChecks } from "../../network/proxy/health-check.ts";
import { buildRestore } from "../../network/proxy/iptables/restore.ts";
import type { Tables } from "../../network/proxy/iptables/tables.ts";
import {
  emptyTables,
  ensureJumps,
  renderRestore,
  renderTables,
  restoreTables,
} from "../../network/proxy/iptables/tables.ts";
import type { Programmed } from "../../network/proxy/programmed.ts";
import type { Proxier } from "../../network/proxy/proxier.ts";
import {
  beginSync,
  endSync,
  newProxier,
  onEndpointSlice,
  onService,
  onZone,
  programmedOf,
} from "../../network/proxy/proxier.ts";
import type { CaseOutcome, Conformance, Difference } from "./conformance.ts";
import { canonicalRules } from "./proxy-canon.ts";

interface RecordedConfig {
  readonly family: "IPv4" | "IPv6";
  readonly nodeName: string;
  readonly nodeIP: string;
  readonly interfaces: { readonly [device: string]: readonly string[] };
  readonly nodePortAddresses?: readonly string[];
  readonly masqueradeAll?: boolean;
  readonly masqueradeBit: number;
  readonly localDetect: LocalDetect;
  readonly featureGates?: { readonly [gate: string]: boolean };
  readonly syncPeriodSeconds: number;
  readonly localhostNodePorts?: boolean;
  readonly tcpBeLiberal?: boolean;
  readonly nfacct?: boolean;
  readonly randomFully?: boolean;
}

interface Op {
  readonly op: string;
  readonly object?: ApiObject;
  readonly seconds?: number;
  readonly flows?: readonly ConntrackEntry[];
}

interface RecordedSync {
  readonly after: number;
  readonly requested: boolean;
  readonly full: boolean;
  readonly failed?: boolean;
  readonly health?: { readonly [service: string]: { readonly port: number; readonly localEndpoints: number } };
  readonly conntrack?: readonly ConntrackEntry[];
  readonly restore?: readonly string[];
  readonly verbatim?: readonly string[];
  readonly rules?: readonly string[];
}

interface Case {
  readonly name: string;
  readonly mode: string;
  readonly config: RecordedConfig;
  readonly objects: readonly ApiObject[];
  readonly ops?: readonly Op[];
  readonly expect: { readonly syncs: readonly RecordedSync[]; readonly sysctls?: { readonly [name: string]: number } };
}

/** A proxy at work on a node whose kernel is plain data. */
interface Player {
  readonly config: ProxyConfig;
  readonly proxier: Proxier;
  readonly known: Map<string, ApiObject>;
  tables: Tables;
  flows: readonly ConntrackEntry[];
  now: number;
  requested: boolean;
  failing: boolean;
  health: RecordedSync["health"];
}

const differencesMax = 5;

/** Replays recorded syncs of kube-proxy in iptables mode; the ipvs and nftables modes are not supported. */
export const proxyConformance: Conformance = {
  area: "proxy",
  recognises: (line) =>
    typeof line["mode"] === "string" &&
    Array.isArray(line["objects"]) &&
    typeof line["expect"] === "object" &&
    line["config"] !== undefined,
  replay: (line) => replayCase(cast<Case>(line)),
};

function replayCase(recorded: Case): CaseOutcome {
  const { name, mode, expect } = recorded;
  const family = recorded.ops === undefined ? mode : `${mode}-sequences`;
  const decisions = expect.syncs.length;
  if (mode !== "iptables")
    return { family, name, decisions, agree: 0, disagree: 0, notSupported: decisions, differences: [] };
  const actual = play(recorded);
  const differences: Difference[] = [];
  let agree = 0;
  expect.syncs.forEach((sync, i) => {
    const found = compareSync(`sync ${i}`, sync, actual[i]);
    if (i === 0) found.push(...compareSysctls(recorded));
    if (found.length === 0) agree += 1;
    else if (differences.length < differencesMax) differences.push(...found);
  });
  return { family, name, decisions, agree, disagree: decisions - agree, notSupported: 0, differences };
}

function configOf(recorded: RecordedConfig): ProxyConfig {
  return proxyConfig({
    family: recorded.family,
    nodeName: recorded.nodeName,
    nodeIP: recorded.nodeIP,
    nodeAddresses: Object.values(recorded.interfaces).flatMap((list) =>
      list.map((text) => text.split("/", 1)[0] ?? ""),
    ),
    nodePortAddresses: recorded.nodePortAddresses ?? [],
    localDetect: recorded.localDetect,
    masqueradeAll: recorded.masqueradeAll ?? false,
    masqueradeBit: recorded.masqueradeBit,
    localhostNodePorts: recorded.localhostNodePorts ?? false,
    tcpBeLiberal: recorded.tcpBeLiberal ?? false,
    nfacct: recorded.nfacct ?? false,
    randomFully: recorded.randomFully ?? false,
    allowServiceExternalIPs: recorded.featureGates?.["AllowServiceExternalIPs"] ?? true,
    syncPeriodMs: recorded.syncPeriodSeconds * SECOND,
  });
}

function play(recorded: Case): RecordedSync[] {
  const player: Player = {
    config: configOf(recorded.config),
    proxier: newProxier(),
    known: new Map(),
    tables: emptyTables(),
    flows: [],
    now: 0,
    requested: false,
    failing: false,
    health: undefined,
  };
  for (const object of recorded.objects) put(player, object);
  player.requested = false;
  const syncs = [sync(player, -1)];
  for (const [index, op] of (recorded.ops ?? []).entries()) {
    switch (op.op) {
      case "put":
        if (op.object !== undefined) put(player, op.object);
        break;
      case "delete":
        if (op.object !== undefined) drop(player, op.object);
        break;
      case "sync":
        syncs.push(sync(player, index));
        break;
      case "advance":
        player.now += (op.seconds ?? 0) * SECOND;
        break;
      case "fail":
        player.failing = true;
        break;
      case "flush":
        player.tables = emptyTables();
        player.proxier.needFullSync = true;
        syncs.push(sync(player, index));
        break;
      case "flows":
        player.flows = op.flows ?? [];
        break;
    }
  }
  return syncs;
}

/** What the selectors of the proxy's informers leave out. */
function hidden(object: ApiObject): boolean {
  const labels = object.metadata.labels ?? {};
  if (object.kind === "Service")
    return (
      labels["service.kubernetes.io/service-proxy-name"] !== undefined ||
      cast<Service>(object).spec.clusterIP === "None"
    );
  return object.kind === "EndpointSlice" && labels["service.kubernetes.io/headless"] !== undefined;
}

function keyOf(object: ApiObject): string {
  return `${object.kind}/${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

function put(player: Player, object: ApiObject): void {
  if (hidden(object)) return drop(player, object);
  const before = player.known.get(keyOf(object));
  player.known.set(keyOf(object), object);
  const { proxier, config } = player;
  let asks = false;
  if (object.kind === "Service")
    asks = onService(proxier, config, before && cast<Service>(before), cast<Service>(object));
  else if (object.kind === "EndpointSlice") asks = onEndpointSlice(proxier, config, cast<EndpointSlice>(object), false);
  else if (object.metadata.name === config.nodeName)
    asks = onZone(proxier, cast<Node>(object).metadata.labels?.["topology.kubernetes.io/zone"]);
  if (asks) player.requested = true;
}

function drop(player: Player, object: ApiObject): void {
  const before = player.known.get(keyOf(object));
  if (before === undefined) return;
  player.known.delete(keyOf(object));
  const { proxier, config } = player;
  let asks = false;
  if (before.kind === "Service") asks = onService(proxier, config, cast<Service>(before), undefined);
  else if (before.kind === "EndpointSlice") asks = onEndpointSlice(proxier, config, cast<EndpointSlice>(before), true);
  if (asks) player.requested = true;
}

function sync(player: Player, after: number): RecordedSync {
  const { proxier, config } = player;
  const requested = player.requested;
  const failed = player.failing;
  player.requested = false;
  player.failing = false;
  const plan = beginSync(proxier, config, player.now);
  if (plan.full) ensureJumps(player.tables);
  const services = programmed(player, plan.changed, plan.comments);
  const restore = buildRestore({
    config,
    vantage: { nodeName: config.nodeName, zone: proxier.zone, mutants: config.mutants },
    services,
    changed: plan.changed,
    existingNatChains: plan.cleanup ? player.tables.nat.keys() : undefined,
  });
  const problem = failed ? "made to fail" : restoreTables(player.tables, restore);
  endSync(proxier, config, plan, problem !== undefined, player.now);
  const text = renderRestore(restore);
  let conntrack: readonly ConntrackEntry[] | undefined;
  if (problem === undefined) {
    player.health = Object.fromEntries(
      healthChecks(proxier, config.nodeName).map(({ service, port, localEndpoints }) => [
        service,
        { port, localEndpoints },
      ]),
    );
    if (plan.conntrack) {
      conntrack = staleEntries(player.flows, services, config);
      const gone = new Set(conntrack);
      player.flows = player.flows.filter((flow) => !gone.has(flow));
    }
  }
  return {
    after,
    requested,
    full: plan.full,
    ...(problem !== undefined && { failed: true }),
    ...(player.health !== undefined && { health: player.health }),
    ...(conntrack !== undefined && { conntrack }),
    restore: canonicalRules(text),
    verbatim: text,
    rules: canonicalRules(renderTables(player.tables)),
  };
}

/** Comments are decided per sync: large-cluster mode shows in what is written now. */
function programmed(player: Player, changed: ReadonlySet<string> | "all", comments: boolean): Map<string, Programmed> {
  const services = new Map<string, Programmed>();
  for (const key of player.proxier.services.keys()) {
    const entry = programmedOf(player.proxier, key, comments || (changed !== "all" && !changed.has(key)));
    if (entry !== undefined) services.set(key, entry);
  }
  return services;
}

function compareSync(where: string, expected: RecordedSync, actual: RecordedSync | undefined): Difference[] {
  if (actual === undefined) return [{ where, expected: "a sync", actual: undefined }];
  const differences: Difference[] = [];
  for (const field of ["after", "requested", "full"] as const) {
    if (expected[field] !== actual[field])
      differences.push({ where: `${where} ${field}`, expected: expected[field], actual: actual[field] });
  }
  const failed = { expected: expected.failed ?? false, actual: actual.failed ?? false };
  if (failed.expected !== failed.actual) differences.push({ where: `${where} failed`, ...failed });
  for (const field of ["restore", "verbatim", "rules"] as const) {
    const lines = expected[field];
    if (lines === undefined) continue;
    const difference = firstDifference(lines, actual[field] ?? []);
    if (difference !== undefined) differences.push({ ...difference, where: `${where} ${field} ${difference.where}` });
  }
  const texts: [string, unknown, unknown][] = [
    ["health", sortedHealth(expected.health), sortedHealth(actual.health)],
    ["conntrack", expected.conntrack?.map(flowText), actual.conntrack?.map(flowText)],
  ];
  for (const [field, want, got] of texts) {
    if (JSON.stringify(want) !== JSON.stringify(got))
      differences.push({ where: `${where} ${field}`, expected: want, actual: got });
  }
  return differences;
}

function compareSysctls(recorded: Case): Difference[] {
  const expected = recorded.expect.sysctls?.["net/ipv4/conf/all/route_localnet"] ?? 0;
  const actual = localhostNodePorts(configOf(recorded.config)) ? 1 : 0;
  return expected === actual ? [] : [{ where: "sysctl route_localnet", expected, actual }];
}

function firstDifference(expected: readonly string[], actual: readonly string[]): Difference | undefined {
  const length = Math.max(expected.length, actual.length);
  for (let i = 0; i < length; i += 1) {
    if (expected[i] !== actual[i]) return { where: `line ${i + 1}`, expected: expected[i], actual: actual[i] };
  }
  return undefined;
}

function sortedHealth(health: RecordedSync["health"]): readonly string[] {
  return Object.entries(health ?? {})
    .map(([service, check]) => `${service} ${check.port} ${check.localEndpoints}`)
    .sort(compareText);
}

function flowText(flow: ConntrackEntry): string {
  return `${flow.protocol} ${flow.origDst} ${flow.origPort} ${flow.replySrc} ${flow.replyPort}`;
}

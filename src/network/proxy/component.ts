import type { Millis } from "../../base/units.ts";
import { cast, HOUR } from "../../base/units.ts";
import type { Node, Service } from "../../api/types/core-v1.ts";
import type { EndpointSlice } from "../../api/types/discovery-v1.ts";
import type { Component, ComponentEvent, InformerEvent, Io } from "../../client/component.ts";
import type { KernelRestore } from "../kernel.ts";
import { canonicalIp, familyOf } from "../address.ts";
import type { ProxyConfig } from "./config.ts";
import { proxyConfig } from "./config.ts";
import type { Proxier, SyncPlan } from "./proxier.ts";
import { beginSync, endSync, newProxier, onEndpointSlice, onService, onZone, programmedOf } from "./proxier.ts";

const SLICES = "endpointslices.discovery.k8s.io";
const ZONE = "topology.kubernetes.io/zone";
const LOOPBACK = "127.0.0.1";

/** Memory of one kube-proxy. Plain data. */
export interface ProxyState {
  readonly proxier: Proxier;
  config: ProxyConfig;
  /** All informers have listed, so syncs may run. */
  initialized: boolean;
  /** Time of the last run of the runner; it keeps minSyncPeriod between two. */
  lastRun: Millis;
  /** A run is waiting for its timer. */
  runAt: Millis | undefined;
  /** The sync that the machine may still report as failed. */
  lastPlan: SyncPlan | undefined;
  /** Syncs so far, full and partial. */
  syncs: number;
}

/** The call by which the proxy writes to its node; the cluster applies `restore` with `applyRestore`. */
export interface IptablesRestoreCall {
  readonly type: "iptables-restore";
  readonly restore: KernelRestore;
  readonly [field: string]: unknown;
}

/** The machine's answer when a restore failed; a successful one has no answer. */
export const RESTORE_FAILED = "iptables-restore-failed";

/** The canary is gone: somebody emptied the tables. */
export const TABLES_FLUSHED = "iptables-flushed";

/** kube-proxy of one node in iptables mode. */
export function kubeProxyComponent(
  nodeName: string,
  options: Partial<Omit<ProxyConfig, "nodeName">> = {},
): Component<ProxyState> {
  const own = options.nodeIP === undefined ? {} : { nodeAddresses: [options.nodeIP, LOOPBACK] };
  const base = proxyConfig({ nodeName, ...own, ...options });
  return {
    name: `kube-proxy/${nodeName}`,
    watches: [
      { resource: "services", labelSelector: "!service.kubernetes.io/service-proxy-name" },
      { resource: SLICES, labelSelector: "!service.kubernetes.io/headless" },
      { resource: "nodes", fieldSelector: `metadata.name=${nodeName}` },
    ],
    init: () => ({
      proxier: newProxier(),
      config: base,
      initialized: false,
      lastRun: Number.NEGATIVE_INFINITY,
      runAt: undefined,
      lastPlan: undefined,
      syncs: 0,
    }),
    handle,
  };
}

function handle(state: ProxyState, event: ComponentEvent, io: Io): void {
  switch (event.type) {
    case "informer":
      if (takeIn(state, event.events) && state.initialized) requestRun(state, io);
      return;
    case "synced":
      state.initialized = true;
      sync(state, io);
      return;
    case "timer":
      onTimer(state, cast<Millis>(event.tag["at"]), io);
      return;
    case "machine":
      if (event.event.type === RESTORE_FAILED) onRestoreFailed(state, io);
      else if (event.event.type === TABLES_FLUSHED && state.initialized) {
        state.proxier.needFullSync = true;
        sync(state, io);
      }
      return;
    case "start":
    case "reply":
      return;
  }
}

/** Takes in informer events; true when one of them asks for a sync. */
function takeIn(state: ProxyState, events: readonly InformerEvent[]): boolean {
  const { proxier, config } = state;
  let asks = false;
  for (const { resource, before, after } of events) {
    if (resource === "services") {
      if (onService(proxier, config, cast<Service | undefined>(before), cast<Service | undefined>(after))) asks = true;
    } else if (resource === SLICES) {
      const slice = cast<EndpointSlice | undefined>(after ?? before);
      if (slice !== undefined && onEndpointSlice(proxier, config, slice, after === undefined)) asks = true;
    } else if (after !== undefined && onNode(state, cast<Node>(after))) asks = true;
  }
  return asks;
}

/** The own node: its zone label, and once its address. */
function onNode(state: ProxyState, node: Node): boolean {
  if (state.config.nodeIP === "") {
    const address = (node.status?.addresses ?? []).find(
      ({ type, address: text }) => type === "InternalIP" && familyOf(text) === state.config.family,
    );
    if (address !== undefined) {
      const nodeIP = canonicalIp(address.address);
      state.config = { ...state.config, nodeIP, nodeAddresses: [nodeIP, LOOPBACK] };
      state.proxier.needFullSync = true;
      onZone(state.proxier, node.metadata.labels?.[ZONE]);
      return true;
    }
  }
  return onZone(state.proxier, node.metadata.labels?.[ZONE]);
}

/** upstream pkg/proxy/runner: at once, but never sooner than minSyncPeriod after the run before; requests fold. */
function requestRun(state: ProxyState, io: Io): void {
  const at = state.lastRun + state.config.minSyncPeriodMs;
  if (io.now >= at) run(state, io);
  else wakeAt(state, at, io);
}

function onTimer(state: ProxyState, at: Millis, io: Io): void {
  if (state.runAt !== at || !state.initialized) return;
  state.runAt = undefined;
  run(state, io);
}

function run(state: ProxyState, io: Io): void {
  state.runAt = undefined;
  state.lastRun = io.now;
  sync(state, io);
  if (!io.quiet) wakeAt(state, io.now + HOUR, io);
}

function wakeAt(state: ProxyState, at: Millis, io: Io): void {
  if (state.runAt !== undefined && state.runAt <= at) return;
  state.runAt = at;
  io.timer(at, { type: "sync", at });
}

/** One syncProxyRules. Only what has changed is sent; the kernel computes rules from it when it needs them. */
function sync(state: ProxyState, io: Io): void {
  const { proxier, config } = state;
  const plan = beginSync(proxier, config, io.now);
  const keys = plan.changed === "all" ? proxier.services.keys() : plan.changed;
  const services: KernelRestore["services"][number][] = [];
  for (const key of keys) services.push([key, programmedOf(proxier, key, plan.comments)]);
  endSync(proxier, config, plan, false, io.now);
  state.lastPlan = plan;
  state.syncs += 1;
  if (plan.full || services.length > 0) {
    const restore: KernelRestore = {
      full: plan.full,
      writer: { config, zone: proxier.zone },
      services,
      cleanConntrack: plan.conntrack,
    };
    const call: IptablesRestoreCall = { type: "iptables-restore", restore };
    io.machine(call);
  }
}

/** The last restore changed nothing: the next one writes everything, after syncPeriod unless an event comes first. */
function onRestoreFailed(state: ProxyState, io: Io): void {
  if (state.lastPlan === undefined) return;
  endSync(state.proxier, state.config, state.lastPlan, true, io.now);
  wakeAt(state, io.now + state.config.syncPeriodMs, io);
}

import fc from "fast-check";
import seedrandom from "seedrandom";
import { describe, expect, it } from "vitest";
import { applyRestore, emptyKernel, kernelTables } from "../../src/network/kernel.ts";
import type { Kernel } from "../../src/network/kernel.ts";
import type { Packet, PacketNode } from "../../src/network/packet.ts";
import { walkPacket } from "../../src/network/packet.ts";
import { categorizeEndpoints } from "../../src/network/proxy/categorize.ts";
import type { ProxyConfig } from "../../src/network/proxy/config.ts";
import { proxyConfig } from "../../src/network/proxy/config.ts";
import { parseTables } from "../../src/network/proxy/iptables/parse.ts";
import { buildRestore } from "../../src/network/proxy/iptables/restore.ts";
import { renderRule } from "../../src/network/proxy/iptables/rule.ts";
import type { Tables } from "../../src/network/proxy/iptables/tables.ts";
import {
  emptyTables,
  ensureJumps,
  renderRestore,
  renderTables,
  restoreTables,
} from "../../src/network/proxy/iptables/tables.ts";
import { portEndpoints } from "../../src/network/proxy/programmed.ts";
import type { Programmed } from "../../src/network/proxy/programmed.ts";
import {
  beginSync,
  endSync,
  newProxier,
  onEndpointSlice,
  onService,
  programmedOf,
} from "../../src/network/proxy/proxier.ts";
import type { Proxier } from "../../src/network/proxy/proxier.ts";
import type { Service } from "../../src/api/types/core-v1.ts";
import { clusterIPShares } from "../../src/network/shares.ts";
import type { ServicePlan } from "./worlds.ts";
import { serviceOf, servicePlan, sliceOf } from "./worlds.ts";

const config: ProxyConfig = proxyConfig({
  nodeName: "node-a",
  nodeIP: "172.18.0.2",
  nodeAddresses: ["172.18.0.2", "127.0.0.1"],
});

/** One proxy with two kernels under it: rules written in full, and what they follow from. */
interface Rig {
  readonly proxier: Proxier;
  readonly tables: Tables;
  readonly kernel: Kernel;
  readonly known: Map<string, Service>;
}

function newRig(): Rig {
  return { proxier: newProxier(), tables: emptyTables(), kernel: emptyKernel(), known: new Map() };
}

function take(rig: Rig, plan: ServicePlan): void {
  const service = serviceOf(plan);
  onService(rig.proxier, config, rig.known.get(service.metadata.name), service);
  rig.known.set(service.metadata.name, service);
  onEndpointSlice(rig.proxier, config, sliceOf(plan), false);
}

function sync(rig: Rig, now: number, fails = false): { readonly text: readonly string[]; readonly full: boolean } {
  const { proxier, tables, kernel } = rig;
  const plan = beginSync(proxier, config, now);
  if (plan.full) ensureJumps(tables);
  const services = new Map<string, Programmed>();
  for (const key of proxier.services.keys()) {
    const programmed = programmedOf(proxier, key, plan.comments);
    if (programmed !== undefined) services.set(key, programmed);
  }
  const restore = buildRestore({
    config,
    vantage: { nodeName: config.nodeName, zone: proxier.zone, mutants: config.mutants },
    services,
    changed: plan.changed,
    existingNatChains: plan.cleanup ? tables.nat.keys() : undefined,
  });
  if (!fails) {
    expect(restoreTables(tables, restore)).toBeUndefined();
    const keys = plan.changed === "all" ? [...services.keys()] : [...plan.changed];
    applyRestore(kernel, {
      full: plan.full,
      writer: { config, zone: proxier.zone },
      services: keys.map((key) => [key, services.get(key)] as const),
      cleanConntrack: plan.conntrack,
    });
  }
  endSync(proxier, config, plan, fails, now);
  return { text: renderRestore(restore), full: plan.full };
}

/** Rules by "table chain", so that the order in which chains came does not count. */
function byChain(tables: Tables): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const name of ["nat", "filter"] as const)
    for (const [chain, rules] of tables[name]) found[`${name} ${chain}`] = rules.map(renderRule);
  return found;
}

function packetNode(tables: Tables, seed: string, recent = new Map<string, Map<string, number>>()): PacketNode {
  return { tables, addresses: ["172.18.0.2"], recent, now: 0, random: seedrandom.alea(seed) };
}

const packet: fc.Arbitrary<Packet> = fc.record({
  protocol: fc.constantFrom("tcp", "udp"),
  source: fc.constantFrom("10.244.0.2", "10.244.0.3", "192.0.2.7", "192.0.2.200", "172.18.0.2"),
  destination: fc.constantFrom(
    "10.96.0.10",
    "10.96.0.11",
    "10.96.0.12",
    "172.18.0.2",
    "203.0.113.1",
    "203.0.113.2",
    "127.0.0.1",
  ),
  port: fc.constantFrom(80, 81, 30_000, 30_001, 30_002),
  device: fc.constantFrom("", "veth1", "eth0"),
});

describe("kube-proxy in iptables mode", () => {
  it("partial syncs leave the rules that a full sync from scratch would write, failed ones included", () => {
    let partial = 0;
    fc.assert(
      fc.property(
        fc.array(fc.record({ plan: servicePlan, fails: fc.boolean(), gone: fc.boolean() }), {
          minLength: 1,
          maxLength: 8,
        }),
        (steps) => {
          const rig = newRig();
          steps.forEach(({ plan, fails, gone }, i) => {
            take(rig, plan);
            const service = rig.known.get(`s${plan.name}`);
            if (gone && service !== undefined) {
              onService(rig.proxier, config, service, undefined);
              rig.known.delete(`s${plan.name}`);
            }
            if (!sync(rig, i * 1000, fails && i < steps.length - 1).full) partial += 1;
          });
          const fresh = newRig();
          for (const service of rig.known.values()) onService(fresh.proxier, config, undefined, service);
          for (const { plan } of steps) onEndpointSlice(fresh.proxier, config, sliceOf(plan), false);
          sync(fresh, 0);
          expect(byChain(rig.tables)).toEqual(byChain(fresh.tables));
          expect(byChain(kernelTables(rig.kernel))).toEqual(byChain(rig.tables));
        },
      ),
      { numRuns: 150 },
    );
    expect(partial).toBeGreaterThan(50);
  });

  it("walking the rendered text is walking the rules", () => {
    fc.assert(
      fc.property(
        fc.array(servicePlan, { maxLength: 4 }),
        fc.array(packet, { minLength: 1, maxLength: 8 }),
        (plans, packets) => {
          const rig = newRig();
          for (const plan of plans) take(rig, plan);
          sync(rig, 0);
          const parsed = parseTables(renderTables(rig.tables));
          expect(byChain(parsed)).toEqual(byChain(rig.tables));
          const rules = packetNode(rig.tables, "walk");
          const text = packetNode(parsed, "walk");
          for (const one of packets) expect(walkPacket(text, one)).toEqual(walkPacket(rules, one));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("a connection to a cluster IP ends at an endpoint that the policy allows, or is refused when there is none", () => {
    const seen = { delivered: 0, rejected: 0, dropped: 0 };
    fc.assert(
      fc.property(servicePlan, fc.integer({ min: 0, max: 1000 }), (plan, seed) => {
        const rig = newRig();
        take(rig, plan);
        sync(rig, 0);
        const programmed = programmedOf(rig.proxier, `default/s${plan.name}`, true);
        const port = programmed?.ports[0];
        if (programmed === undefined || port === undefined) throw new Error("the service is proxied");
        const { cluster, local, hasAny } = categorizeEndpoints(portEndpoints(programmed, port, config.mutants), port, {
          nodeName: "node-a",
          zone: undefined,
          mutants: config.mutants,
        });
        const outcome = walkPacket(packetNode(rig.tables, String(seed)), {
          protocol: plan.protocol.toLowerCase(),
          source: "10.244.0.99",
          destination: port.clusterIP,
          port: 80,
          device: "veth1",
        });
        const allowed = port.internalPolicyLocal ? local : cluster;
        seen[outcome.outcome] += 1;
        if (outcome.outcome === "delivered")
          expect(allowed.map((ep) => ep.text)).toContain(`${outcome.ip}:${outcome.port}`);
        else expect([outcome.outcome, allowed.length]).toEqual([hasAny ? "dropped" : "rejected", 0]);
      }),
      { numRuns: 300 },
    );
    expect(Math.min(seen.delivered, seen.rejected, seen.dropped)).toBeGreaterThan(0);
  });

  it("of n endpoints rule i has probability 1/(n-i) in ten decimals, the last none", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (n) => {
        const { tables } = ready(n);
        const rules = [...tables.nat.entries()].find(([chain]) => chain.startsWith("KUBE-SVC-"))?.[1] ?? [];
        const draws = rules.filter((rule) => rule.target?.to === "chain" && rule.target.chain.startsWith("KUBE-SEP-"));
        expect(draws.map((rule) => /--probability (\S+)/.exec(renderRule(rule))?.[1])).toEqual(
          Array.from({ length: n }, (_, i) => (i === n - 1 ? undefined : (1 / (n - i)).toFixed(10))),
        );
      }),
      { numRuns: 30 },
    );
  });

  it("the shares read off the rules are equal, whatever the number of endpoints, and not with PRX-01 or PRX-02", () => {
    for (const n of [1, 2, 3, 12, 60]) {
      const spread = clusterIPShares(ready(n).kernel, "default/s0", 80);
      expect([spread.outcome, spread.shares.size]).toEqual(["spread", n]);
      for (const share of spread.shares.values()) expect(Math.abs(share - 1 / n)).toBeLessThan(1e-8);
    }
    for (const id of ["PRX-01", "PRX-02"]) {
      const { kernel } = ready(12);
      if (kernel.writer === undefined) throw new Error("the proxy has written");
      kernel.writer = { ...kernel.writer, config: { ...kernel.writer.config, mutants: new Set([id]) } };
      const shares = [...clusterIPShares(kernel, "default/s0", 80).shares.values()];
      expect(Math.max(...shares.map((share) => Math.abs(share - 1 / 12)))).toBeGreaterThan(1e-4);
    }
  });

  it("3,000 connections over 3 endpoints are within chi-square 13.82 of thirds", () => {
    const { tables } = ready(3);
    for (const seed of ["1", "2", "3"]) {
      const node = packetNode(tables, seed);
      const hits = new Map<string, number>();
      for (let i = 0; i < 3000; i += 1) {
        const to = walkPacket(node, {
          protocol: "tcp",
          source: "10.244.0.99",
          destination: "10.96.0.10",
          port: 80,
          device: "veth1",
        });
        if (to.outcome === "delivered") hits.set(to.ip, (hits.get(to.ip) ?? 0) + 1);
      }
      expect(hits.size).toBe(3);
      const chiSquare = [...hits.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
      expect(chiSquare).toBeLessThan(13.82);
    }
  });

  it("with ClientIP affinity a client stays with its endpoint", () => {
    const { tables } = ready(5, true);
    const node = packetNode(tables, "sticky");
    const hits = new Set<string>();
    for (let i = 0; i < 200; i += 1) {
      const to = walkPacket(node, {
        protocol: "tcp",
        source: "10.244.0.99",
        destination: "10.96.0.10",
        port: 80,
        device: "veth1",
      });
      if (to.outcome === "delivered") hits.add(to.ip);
    }
    expect(hits.size).toBe(1);
  });
});

function ready(n: number, sticky = false): Rig {
  const rig = newRig();
  const endpoints = Array.from({ length: n }, (_, i) => ({ ip: i, node: 0, state: "ready", hint: false }) as const);
  take(rig, {
    name: 0,
    type: "ClusterIP",
    external: "Cluster",
    internal: "Cluster",
    sticky,
    ranges: false,
    protocol: "TCP",
    endpoints,
  });
  sync(rig, 0);
  return rig;
}

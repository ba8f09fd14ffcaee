import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApiObject } from "../../src/api/object.ts";
import { ApiServer } from "../../src/apiserver/server.ts";
import { Cluster } from "../../src/cluster/cluster.ts";
import type { Change } from "../../src/cluster/world.ts";
import { restoreSnapshot, saveSnapshot } from "../../src/etcd/snapshot.ts";
import type { EtcdState } from "../../src/etcd/state.ts";
import { drawPlan } from "../../src/harness/arbitraries/family.ts";
import type { PlanOptions } from "../../src/harness/arbitraries/plan.ts";
import { execute } from "../../src/harness/execute/execute.ts";
import { allInvariants } from "../../src/harness/invariants/index.ts";
import { createMonitor } from "../../src/harness/invariants/monitor.ts";
import { clusterSpecOf } from "../../src/harness/plan/cluster-spec-of.ts";
import type { Plan } from "../../src/harness/plan/plan.ts";
import { plannedTrouble } from "../../src/harness/survivability/planned-trouble.ts";
import { clusterIPShares } from "../../src/network/shares.ts";

const OPTIONS: PlanOptions = { faults: "all", workload: "applications", nodes: { min: 1, max: 4 } };
const SETTLED_MS = 1_800_000;
/** So far a restored store is set ahead of what its clients have seen. */
const BUMP = 1_000_000;

/** What was committed, told by the commits alone, and the store as it was saved after one of them. */
class Witness {
  readonly #at: number;
  readonly #stored = new Map<string, ApiObject>();
  commits = 0;
  expected: ReadonlyMap<string, ApiObject> = new Map();
  revision = 0;
  text = "";

  constructor(at: number) {
    this.#at = at;
  }

  watch(cluster: Cluster): void {
    const { hooks } = cluster;
    const { onChange } = hooks;
    hooks.onChange = (change, world) => {
      this.#see(change, cluster);
      onChange?.(change, world);
    };
    for (const [resource, { values }] of cluster.apiServer.etcd.state.tables)
      for (const [key, object] of values) this.#stored.set(`${resource} ${key}`, object);
  }

  #see({ resource, key, after, revision }: Change, cluster: Cluster): void {
    if (after === undefined) this.#stored.delete(`${resource} ${key}`);
    else this.#stored.set(`${resource} ${key}`, after);
    this.commits += 1;
    // One request may commit several times before the first of them is told.
    if (this.commits < this.#at || this.text !== "" || cluster.apiServer.etcd.revision !== revision) return;
    this.expected = new Map(this.#stored);
    this.revision = revision;
    this.text = saveSnapshot(cluster.apiServer.etcd);
  }
}

const objectsOf = ({ tables }: EtcdState): ReadonlyMap<string, ApiObject> =>
  new Map([...tables].flatMap(([resource, { values }]) => [...values].map(([key, o]) => [`${resource} ${key}`, o])));

/** The cluster as it is, but for its etcd, which goes back to a snapshot; every process starts anew. */
function restored(plan: Plan, cluster: Cluster, text: string): Cluster {
  const { state, ...rest } = cluster.checkpoint();
  const etcd = restoreSnapshot(text, "snapshot", { bumpRevision: BUMP, markCompacted: true }).state;
  const again = new Cluster(clusterSpecOf(plan), {
    programs: [],
    from: { ...rest, state: { ...state, etcd } },
  });
  again.disturb("disaster");
  const names = again.world.processes.map(({ name }) => name).filter((name) => name !== "kubectl");
  for (const name of names) again.levers.crash(name);
  for (const name of names) again.levers.restart(name);
  again.run(again.now + SETTLED_MS);
  return again;
}

describe("etcd", () => {
  it("a snapshot at any commit of a chaotic run holds every write up to it, and a cluster restored from it converges", () => {
    let snapshots = 0;
    fc.assert(
      fc.property(fc.nat(9999), fc.nat(99), fc.double({ min: 0, max: 1, noNaN: true }), (seed, index, when) => {
        const plan = drawPlan(seed, index, OPTIONS);
        const counted = new Witness(Number.POSITIVE_INFINITY);
        execute(plan, { invariants: [], onStart: (cluster) => counted.watch(cluster) });
        const witness = new Witness(1 + Math.floor(when * (counted.commits - 1)));
        const { cluster } = execute(plan, { invariants: [], onStart: (started) => witness.watch(started) });
        if (witness.text === "") return;
        snapshots += 1;

        const etcd = restoreSnapshot(witness.text, "snapshot");
        expect(etcd.revision).toBe(witness.revision);
        expect(objectsOf(etcd.state)).toEqual(witness.expected);
        const server = new ApiServer(etcd);
        for (const resource of etcd.state.tables.keys()) {
          const answer = server.handle({ verb: "list", resource }, { now: 0, random: () => 0 });
          const listed = answer.ok && "list" in answer ? answer.list : undefined;
          expect(listed?.resourceVersion).toBe(String(witness.revision));
          expect(listed?.items.length).toBe(etcd.objects(resource).size);
        }

        const again = restored(plan, cluster, witness.text);
        expect(again.world.revision).toBeGreaterThan(witness.revision + BUMP);
        const monitor = createMonitor(allInvariants.filter(({ expectation }) => expectation === "eventually"));
        const found = monitor.atEnd(again.world, {
          trouble: plannedTrouble(plan.spec.images),
          reach: (node, service, port) => clusterIPShares(again.machine(node).kernel, service, port).shares,
        });
        expect(found, JSON.stringify([seed, index, when])).toEqual([]);
      }),
      { numRuns: 8 },
    );
    expect(snapshots).toBeGreaterThan(4);
  }, 120_000);

  it("a snapshot that lacks the last write is told from the commits", () => {
    const plan = drawPlan(1, 0, OPTIONS);
    const witness = new Witness(40);
    execute(plan, { invariants: [], onStart: (cluster) => witness.watch(cluster) });
    const [key = ""] =
      [...witness.expected].find(([, { metadata }]) => metadata.resourceVersion === `${witness.revision}`) ?? [];
    const etcd = restoreSnapshot(witness.text, "snapshot");
    expect(objectsOf(etcd.state)).toEqual(witness.expected);
    const space = key.indexOf(" ");
    etcd.state.tables.get(key.slice(0, space))?.values.delete(key.slice(space + 1));
    expect(objectsOf(etcd.state)).not.toEqual(witness.expected);
  });
});

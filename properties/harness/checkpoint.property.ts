import fc from "fast-check";
import { expect, test } from "vitest";
import { waiting } from "../../src/base/timeline.ts";
import { apiServerNames } from "../../src/cluster/balancer.ts";
import { Cluster } from "../../src/cluster/cluster.ts";
import { userProgram } from "../../src/cluster/programs.ts";
import type { Program } from "../../src/cluster/process.ts";
import type { ClusterSpec } from "../../src/cluster/cluster-spec.ts";
import { planArbitrary } from "../../src/harness/arbitraries/plan.ts";
import { clusterSpecOf } from "../../src/harness/plan/cluster-spec-of.ts";
import { isFault } from "../../src/harness/plan/plan.ts";
import type { Plan } from "../../src/harness/plan/plan.ts";
import { kubectl } from "../../src/harness/steps/kubectl.ts";

const END = 200_000;

/** Something that is done to the cluster from outside at a fixed time. */
interface Pull {
  readonly at: number;
  readonly lever: (typeof levers)[number];
  readonly target: number;
}

const caches = ["holdCache", "releaseCache", "refillCache"] as const;
const levers = [
  "crash",
  "restart",
  "powerOff",
  "powerOn",
  "breakWatch",
  "disturb",
  "release",
  "compact",
  ...caches,
] as const;

const pulls: fc.Arbitrary<readonly Pull[]> = fc
  .array(
    fc.record({ at: fc.integer({ min: 1, max: 150_000 }), lever: fc.constantFrom(...levers), target: fc.nat(20) }),
    { maxLength: 8 },
  )
  .map((list) => list.toSorted((a, b) => a.at - b.at));

const plans = planArbitrary({ faults: "none", nodes: { min: 1, max: 4 } });

function programsOf({ spec }: Plan): readonly Program[] {
  return [userProgram(kubectl({ ...spec, steps: spec.steps.filter((step) => !isFault(step)) }))];
}

function pull(cluster: Cluster, spec: ClusterSpec, { lever, target }: Pull): void {
  const node = spec.nodes[target % spec.nodes.length]?.node ?? "";
  const servers = apiServerNames(spec);
  const server = servers[target % servers.length] ?? "";
  const names = ["kube-controller-manager", "kube-scheduler", server, `kubelet/${node}`, `kube-proxy/${node}`];
  const name = names[target % names.length] ?? "";
  if (lever === "compact") cluster.levers.compact();
  else if (lever === "holdCache" || lever === "releaseCache" || lever === "refillCache")
    cluster.levers[lever](server, target % 3 === 0 ? "*" : "pods");
  else if (lever === "crash" || lever === "restart") cluster.levers[lever](name);
  else if (lever === "powerOff" || lever === "powerOn") cluster.levers[lever](node);
  else if (lever === "breakWatch") cluster.levers.breakWatch("kube-controller-manager", "pods", target % 2 === 0);
  else cluster[lever](`lever ${target}`, [node]);
}

/** Runs from now until `until`, with the pulls that fall in between. */
function play(cluster: Cluster, spec: ClusterSpec, list: readonly Pull[], from: number, until: number): void {
  for (const one of list)
    if (one.at > from && one.at <= until) {
      cluster.run(one.at);
      pull(cluster, spec, one);
    }
  cluster.run(until);
}

function outcome(cluster: Cluster): unknown {
  const { digest, events, now, choices, state } = cluster;
  return { digest, events, now, choices, revision: state.etcd.revision, queue: waiting(state.schedule.events) };
}

test("a cluster that goes on from a checkpoint ends as the one that never stopped", () => {
  let alive = 0;
  fc.assert(
    fc.property(plans, pulls, fc.integer({ min: 1, max: END }), (plan, list, at) => {
      const spec = clusterSpecOf(plan);
      const straight = new Cluster(spec, { programs: programsOf(plan) });
      play(straight, spec, list, 0, END);
      const first = new Cluster(spec, { programs: programsOf(plan) });
      play(first, spec, list, 0, at);
      const second = new Cluster(spec, { programs: programsOf(plan), from: first.checkpoint() });
      play(second, spec, list, at, END);
      expect(outcome(second)).toEqual(outcome(straight));
      if ([...second.state.processes.values()].every(({ up }) => up)) alive += 1;
    }),
    { numRuns: 40, seed: 11 },
  );
  expect(alive).toBeGreaterThan(10);
});

test("a cluster that is saved and restored in every instant of its start ends as the one that never stopped", () => {
  const plan = fc.sample(plans, { numRuns: 1, seed: 5 })[0];
  if (plan === undefined) throw new Error("no plan");
  const spec = clusterSpecOf(plan);
  const straight = new Cluster(spec, { programs: programsOf(plan) });
  straight.run(20_000);
  let hopping = new Cluster(spec, { programs: programsOf(plan) });
  for (let at = 1; at <= 20_000; at += at < 100 ? 1 : 500) {
    hopping.run(at);
    hopping = new Cluster(spec, { programs: programsOf(plan), from: hopping.checkpoint() });
  }
  hopping.run(20_000);
  expect(outcome(hopping)).toEqual(outcome(straight));
});

test("two forks of a checkpoint do not disturb each other, nor the checkpoint, nor the cluster it was taken of", () => {
  fc.assert(
    fc.property(plans, pulls, fc.integer({ min: 1, max: 60_000 }), (plan, list, at) => {
      const spec = clusterSpecOf(plan);
      const origin = new Cluster(spec, { programs: programsOf(plan) });
      origin.run(at);
      const kept = origin.checkpoint();
      const fork = (): Cluster => new Cluster(spec, { programs: programsOf(plan), from: kept });
      const alone = fork();
      alone.run(END);
      const [calm, troubled] = [fork(), fork()];
      for (let now = at; now < END; now += 10_000) {
        const until = Math.min(now + 10_000, END);
        play(troubled, spec, list, now, until);
        calm.run(until);
      }
      origin.run(END);
      expect(outcome(calm)).toEqual(outcome(alone));
      expect(outcome(origin)).toEqual(outcome(alone));
    }),
    { numRuns: 10, seed: 12 },
  );
});

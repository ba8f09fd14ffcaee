import fc from "fast-check";
import { expect, test } from "vitest";
import { cast } from "../../src/base/units.ts";
import type { Resource } from "../../src/api/object.ts";
import type { Deployment } from "../../src/api/types/apps-v1.ts";
import type { Node, Pod } from "../../src/api/types/core-v1.ts";
import type { EndpointSlice } from "../../src/api/types/discovery-v1.ts";
import { planArbitrary } from "../../src/harness/arbitraries/plan.ts";
import type { History } from "../../src/harness/execute/execute.ts";
import { execute } from "../../src/harness/execute/execute.ts";
import type { Plan } from "../../src/harness/plan/plan.ts";

/** Lines "what: how many", sorted. */
function counted(lines: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return [...counts].map(([line, count]) => `${line}: ${count}`).sort();
}

/** The state in which a history ended, without names, times and versions that draws decide. */
function ending(history: History): unknown {
  const { world } = history.cluster;
  const all = <T>(resource: Resource): T[] => cast<T[]>([...world.objects(resource).values()]);
  const pods = all<Pod>("pods").map(({ metadata, spec, status }) => {
    const owner = metadata.ownerReferences?.[0]?.name ?? metadata.name ?? "";
    const ready = status?.conditions?.find(({ type }) => type === "Ready")?.status ?? "none";
    const images = spec.containers.map(({ image }) => image).join(",");
    const bound = (spec.nodeName ?? "") === "" ? "unbound" : "bound";
    return `${metadata.namespace}/${owner} ${status?.phase} ready=${ready} ${bound} ${images}${metadata.deletionTimestamp === undefined ? "" : " going"}`;
  });
  const deployments = all<Deployment>("deployments.apps").map(({ metadata, spec, status }) => {
    const { replicas, updatedReplicas, readyReplicas, availableReplicas, unavailableReplicas, observedGeneration } =
      status ?? {};
    const lag = (metadata.generation ?? 0) - (observedGeneration ?? 0);
    return `${metadata.namespace}/${metadata.name} wants ${spec.replicas}: ${JSON.stringify({ replicas, updatedReplicas, readyReplicas, availableReplicas, unavailableReplicas, lag })}`;
  });
  const endpoints = all<EndpointSlice>("endpointslices.discovery.k8s.io").flatMap(({ metadata, endpoints: list }) =>
    (list ?? []).map(
      ({ conditions }) =>
        `${metadata.namespace}/${metadata.labels?.["kubernetes.io/service-name"]} ready=${conditions?.ready} serving=${conditions?.serving}`,
    ),
  );
  const nodes = all<Node>("nodes").map(({ metadata, spec, status }) => {
    const taints = (spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).sort();
    const conditions = (status?.conditions ?? []).map(({ type, status: value }) => `${type}=${value}`).sort();
    return `${metadata.name} ${conditions.join(" ")} ${taints.join(" ")}`;
  });
  const rest = (["replicasets.apps", "services", "namespaces", "poddisruptionbudgets.policy"] as const).map(
    (resource) => [resource, world.objects(cast<Resource>(resource)).size],
  );
  return {
    pods: counted(pods),
    deployments: counted(deployments),
    endpoints: counted(endpoints),
    nodes,
    rest,
    checks: history.checks.map(({ verdict }) => verdict),
    violations: history.violations,
  };
}

/** Equal latencies and the first come first: what is left to chance does not hang on how many messages there are. */
function calm(plan: Plan, mode: "quiet" | "slow"): Plan {
  const cluster = { ...plan.spec.cluster, network: { latencyMs: { min: 1, max: 1 } } };
  return { ...plan, spec: { ...plan.spec, cluster, schedule: { policy: "fifo" }, mode } };
}

let saved = 0;

function same(plan: Plan): void {
  const quiet = execute(calm(plan, "quiet"));
  const slow = execute(calm(plan, "slow"));
  expect(ending(quiet)).toEqual(ending(slow));
  expect(quiet.events).toBeLessThan(slow.events);
  saved += slow.events - quiet.events;
}

test("without faults, skipping recurring work in closed form leads to the same end as performing it", () => {
  fc.assert(fc.property(planArbitrary({ faults: "none", nodes: { min: 1, max: 5 } }), same), {
    numRuns: 40,
    seed: 41,
    endOnFailure: true,
  });
  expect(saved).toBeGreaterThan(40 * 200);
});

test("the same holds when kubelets stop and machines lose their power", () => {
  const plans = planArbitrary({
    faults: ["kubelet-stop", "node-power-off", "node-partition"],
    nodes: { min: 2, max: 5 },
  });
  fc.assert(fc.property(plans, same), { numRuns: 20, seed: 42, endOnFailure: true });
});

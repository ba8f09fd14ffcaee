import type { Service } from "../../api/types/core-v1.ts";
import type { World } from "../../cluster/world.ts";
import type { Disturbance } from "../expectations/expectation.ts";
import { maxUnavailable } from "../invariants/deployment/deployments.ts";
import { cast } from "../../base/units.ts";
import type { Deployment } from "../../api/types/apps-v1.ts";
import { count } from "./words.ts";
import type { Workload } from "./workloads.ts";
import { budgetsOf, spreadsOver, workloadName, workloadsBehind } from "./workloads.ts";

/** A place where a Service's endpoint was. */
export interface Place {
  readonly node: string;
  readonly zone: string;
}

const HOSTNAME = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";

/**
 * Why the Service lost its last ready endpoint, as a clause without names of nodes, so that equal causes of different
 * histories are equal texts. `places`: where its ready endpoints were when the disturbance began. Undefined: it was
 * meant to have none.
 */
export function causeOfOutage(
  service: Service,
  places: readonly Place[],
  disturbance: Disturbance,
  world: World,
): string | undefined {
  const workloads = workloadsBehind(service, world);
  const [workload] = workloads;
  if (workload === undefined) return "no Deployment, StatefulSet or DaemonSet stands behind it";
  const replicas = workloads.reduce(
    (sum, { spec, kind }) => sum + (kind === "DaemonSet" ? places.length : (spec.replicas ?? 1)),
    0,
  );
  if (replicas === 0) return undefined;
  if (disturbance.kind === "rollout") return causeInRollout(workload, replicas, world);
  if (replicas === 1) return `${workloadName(workload)} has 1 replica`;
  switch (disturbance.kind) {
    case "drain":
      return causeInDrain(workload, replicas, places, world);
    case "zone-loss":
      return causeInLoss(workload, replicas, places, "zone") ?? unready(workload, world);
    default:
      return causeInLoss(workload, replicas, places, "node") ?? unready(workload, world);
  }
}

function causeInRollout(workload: Workload, replicas: number, world: World): string {
  const name = workloadName(workload);
  if (workload.kind === "Deployment") {
    if (workload.spec.strategy?.type === "Recreate") return `${name} has strategy Recreate`;
    if (maxUnavailable(cast<Deployment>(workload)) >= replicas) {
      const allowed = workload.spec.strategy?.rollingUpdate?.maxUnavailable ?? "25%";
      return `maxUnavailable ${allowed} of ${name} lets ${replicas === 1 ? "its only replica" : `all ${replicas} replicas`} go before new ones are ready`;
    }
  } else if (replicas === 1) return `${name} has 1 replica`;
  return unready(workload, world);
}

function causeInDrain(workload: Workload, replicas: number, places: readonly Place[], world: World): string {
  const name = workloadName(workload);
  const [budget] = budgetsOf(workload, world);
  if (budget !== undefined) {
    const { minAvailable, maxUnavailable: most } = budget.spec;
    const rule = minAvailable === undefined ? `maxUnavailable ${most}` : `minAvailable ${minAvailable}`;
    if ((budget.status?.desiredHealthy ?? 1) === 0)
      return `PodDisruptionBudget ${budget.metadata.name} with ${rule} lets all ${replicas} replicas go`;
    return unready(workload, world);
  }
  const together = places.length > 1 && new Set(places.map(({ node }) => node)).size === 1;
  return `no PodDisruptionBudget covers ${name}${together ? `, and its ${count(replicas, "replica")} ran on one node` : ""}`;
}

function causeInLoss(
  workload: Workload,
  replicas: number,
  places: readonly Place[],
  domain: "node" | "zone",
): string | undefined {
  if (places.length === 0 || new Set(places.map((place) => place[domain])).size > 1) return undefined;
  const name = workloadName(workload);
  const together =
    places.length < replicas ? `the only ready one of the ${replicas} replicas of ${name} ran there` : undefined;
  if (places.length === 1) return together;
  const spread = spreadsOver(workload, domain === "node" ? HOSTNAME : ZONE);
  return `all ${count(places.length, "ready replica")} of ${name} ran ${domain === "node" ? "on one node" : "in one zone"}${spread ? "" : `, and no topology spread constraint parts them`}`;
}

function unready(workload: Workload, world: World): string {
  const name = workloadName(workload);
  const probe = workload.spec.template.spec?.containers.find(
    (container) => container.readinessProbe !== undefined,
  )?.readinessProbe;
  const delay = probe?.initialDelaySeconds ?? 0;
  if (delay > 0) return `new pods of ${name} are not ready before initialDelaySeconds ${delay}`;
  if (probe === undefined && budgetsOf(workload, world).length === 0)
    return `${name} has neither a readiness probe nor a PodDisruptionBudget`;
  return `new pods of ${name} were not ready when the last old one went`;
}

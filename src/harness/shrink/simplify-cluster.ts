import type { ClusterPlan, ImageRule, Plan, PlanSpec, Schedule } from "../plan/plan.ts";
import { smaller } from "./smaller.ts";

/** Plans with a simpler cluster, schedule or image table, boldest first; each differs in one place. */
export function* simplerSurroundings(plan: Plan): Iterable<Plan> {
  const { spec } = plan;
  if (spec.fork !== undefined) yield withoutFork(plan);
  for (const schedule of simplerSchedules(spec.schedule)) yield changed(plan, { schedule });
  if (spec.fork !== undefined)
    for (const schedule of simplerSchedules(spec.fork.schedule))
      yield changed(plan, { fork: { ...spec.fork, schedule } });
  if (spec.mode !== "quiet") yield changed(plan, { mode: "quiet" });
  for (const images of simplerImages(spec.images)) yield changed(plan, { images });
  for (const cluster of simplerClusters(spec.cluster)) yield changed(plan, { cluster });
}

function* simplerSchedules(schedule: Schedule): Iterable<Schedule> {
  if (schedule.policy !== "fifo") yield { policy: "fifo" };
  if (schedule.policy === "pct") for (const depth of smaller(schedule.depth, 0)) yield { ...schedule, depth };
  if (schedule.policy !== "recorded") return;
  const { choices } = schedule;
  for (let length = 0; length < choices.length; length = Math.ceil((length + choices.length) / 2))
    yield { ...schedule, choices: choices.slice(0, length) };
  for (const [i, choice] of choices.entries()) if (choice !== 0) yield { ...schedule, choices: choices.with(i, 0) };
}

function* simplerImages(rules: readonly ImageRule[]): Iterable<readonly ImageRule[]> {
  if (rules.length > 1) yield [];
  for (const i of rules.keys()) yield rules.toSpliced(i, 1);
  for (const [i, rule] of rules.entries())
    for (const key of Object.keys(rule)) if (key !== "image") yield rules.with(i, without(rule, key));
}

function without(rule: ImageRule, key: string): ImageRule {
  const entries = Object.entries(rule).filter(([name]) => name !== key);
  return { image: rule.image, ...Object.fromEntries(entries) };
}

function* simplerClusters(cluster: ClusterPlan): Iterable<ClusterPlan> {
  const { nodes, network, controlPlane, schedulers } = cluster;
  for (const time of ["attemptMs", "permitMs"] as const)
    if (schedulers?.some((one) => (one[time] ?? 0) > 0) === true)
      yield { ...cluster, schedulers: schedulers.map((one) => ({ ...one, [time]: 0 })) };
  if (nodes.length > 1) for (const i of nodes.keys()) yield { ...cluster, nodes: nodes.toSpliced(i, 1) };
  for (const [i, group] of nodes.entries()) {
    for (const count of smaller(group.count, 1))
      yield { ...cluster, nodes: nodes.with(i, { ...group, count, zones: Math.min(group.zones, count) }) };
    for (const zones of smaller(group.zones, 1)) yield { ...cluster, nodes: nodes.with(i, { ...group, zones }) };
    if ((group.joinsAt ?? 0) > 0) yield { ...cluster, nodes: nodes.with(i, { ...group, joinsAt: 0 }) };
    if (group.taints.length > 0) yield { ...cluster, nodes: nodes.with(i, { ...group, taints: [] }) };
    if (Object.keys(group.labels).length > 0) yield { ...cluster, nodes: nodes.with(i, { ...group, labels: {} }) };
  }
  for (const apiServers of smaller(controlPlane.apiServers, 1))
    yield { ...cluster, controlPlane: { ...controlPlane, apiServers } };
  const { min, max } = network.latencyMs;
  if (min !== 1 || max !== 1) yield { ...cluster, network: { latencyMs: { min: 1, max: 1 } } };
}

function withoutFork(plan: Plan): Plan {
  const { fork: _fork, ...spec } = plan.spec;
  return { ...plan, spec };
}

/** A plan with some of its spec replaced. */
export function changed(plan: Plan, spec: Partial<PlanSpec>): Plan {
  return { ...plan, spec: { ...plan.spec, ...spec } };
}

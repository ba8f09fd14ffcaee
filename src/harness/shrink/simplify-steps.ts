import type { Manifest } from "../../api/object.ts";
import { faultNamed } from "../faults/index.ts";
import { isFault } from "../plan/plan.ts";
import type { Params, Plan, Step } from "../plan/plan.ts";
import { stepNamed } from "../steps/index.ts";
import { shorter, smaller } from "./smaller.ts";
import { changed } from "./simplify-cluster.ts";

type Tree = { readonly [key: string]: unknown };

/** Plans of which one step is simpler: earlier, shorter, with smaller numbers, or with simpler manifests. */
export function* simplerSteps(plan: Plan): Iterable<Plan> {
  const { steps } = plan.spec;
  for (const [i, step] of steps.entries())
    for (const simpler of simplerStep(step)) yield changed(plan, { steps: steps.with(i, simpler) });
}

function* simplerStep(step: Step): Iterable<Step> {
  if (isFault(step)) {
    const least = faultNamed(step.fault)?.minMs ?? 0;
    for (const length of shorter(step.for, least)) yield { ...step, for: length };
  }
  for (const at of shorter(step.at, 0)) yield { ...step, at };
  for (const params of simplerParams(step.params)) if (legal(step, params)) yield { ...step, params };
}

function legal(step: Step, params: Params): boolean {
  const schema = isFault(step) ? faultNamed(step.fault)?.schema : stepNamed(step.step)?.params;
  return schema !== undefined && schema.safeParse(params).success;
}

/** Fields whose small values make a failure of their own. */
const KEPT: readonly string[] = ["timeout", "within"];

function* simplerParams(params: Params): Iterable<Params> {
  for (const [key, value] of Object.entries(params)) {
    if (key === "manifests" && Array.isArray(value))
      for (const manifests of simplerManifests(value)) yield { ...params, manifests };
    else if (!KEPT.includes(key)) for (const simpler of simplerValue(value)) yield { ...params, [key]: simpler };
  }
}

/** Smaller numbers, false for true, and the same within maps. */
function* simplerValue(value: unknown): Iterable<unknown> {
  if (typeof value === "number") yield* smaller(value, 0);
  else if (value === true) yield false;
  else if (isTree(value))
    for (const [key, inner] of Object.entries(value))
      for (const simpler of simplerValue(inner)) yield { ...value, [key]: simpler };
}

function* simplerManifests(manifests: readonly Manifest[]): Iterable<readonly Manifest[]> {
  if (manifests.length > 1)
    for (let size = Math.ceil(manifests.length / 2); ; size = Math.ceil(size / 2)) {
      for (let from = 0; from < manifests.length; from += size) yield manifests.toSpliced(from, size);
      if (size === 1) break;
    }
  for (const [i, manifest] of manifests.entries())
    for (const simpler of simplerManifest(manifest)) yield manifests.with(i, simpler);
}

/** Parts of a workload that it can live without. */
const OPTIONAL: readonly string[] = [
  "strategy",
  "minReadySeconds",
  "affinity",
  "topologySpreadConstraints",
  "terminationGracePeriodSeconds",
  "resources",
  "readinessProbe",
  "livenessProbe",
  "startupProbe",
  "lifecycle",
  "env",
  "initContainers",
];

function* simplerManifest(manifest: Manifest): Iterable<Manifest> {
  const spec = manifest["spec"];
  if (!isTree(spec)) return;
  const replicas = spec["replicas"];
  if (typeof replicas === "number")
    for (const fewer of smaller(replicas, 0)) yield { ...manifest, spec: { ...spec, replicas: fewer } };
  for (const simpler of cutOptional(spec, 0)) yield { ...manifest, spec: simpler };
}

/** The same tree without one of its optional parts; at most six levels down: spec.template.spec.containers[i].field. */
function* cutOptional(tree: Tree, depth: number): Iterable<Tree> {
  if (depth > 6) return;
  for (const [key, value] of Object.entries(tree)) {
    if (OPTIONAL.includes(key)) {
      const { [key]: _cut, ...rest } = tree;
      yield rest;
    } else if (isTree(value)) for (const simpler of cutOptional(value, depth + 1)) yield { ...tree, [key]: simpler };
    else if (key === "containers" && Array.isArray(value)) {
      const containers: readonly unknown[] = value;
      if (containers.length > 1)
        for (const i of containers.keys()) yield { ...tree, containers: containers.toSpliced(i, 1) };
      for (const [i, container] of containers.entries())
        if (isTree(container))
          for (const simpler of cutOptional(container, depth + 1))
            yield { ...tree, containers: containers.with(i, simpler) };
    }
  }
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

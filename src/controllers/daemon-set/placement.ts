import type { DaemonSet } from "../../api/types/apps-v1.ts";
import type { Node, Pod, PodTemplateSpec, Toleration } from "../../api/types/core-v1.ts";
import { requiredAffinityMatches } from "../../api/node-selector.ts";
import { tolerates } from "../tolerations.ts";

/** Whether a node should get a daemon pod, and whether one that is there may stay. */
export interface Placement {
  readonly shouldRun: boolean;
  readonly mayStay: boolean;
}

const NOWHERE: Placement = { shouldRun: false, mayStay: false };
const NO_EXECUTE = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
const NO_SCHEDULE = [
  "node.kubernetes.io/disk-pressure",
  "node.kubernetes.io/memory-pressure",
  "node.kubernetes.io/pid-pressure",
  "node.kubernetes.io/unschedulable",
];

/** Tolerations that daemon pods have besides their own. */
export function daemonTolerations(template: PodTemplateSpec): readonly Toleration[] {
  const noSchedule =
    template.spec?.hostNetwork === true ? [...NO_SCHEDULE, "node.kubernetes.io/network-unavailable"] : NO_SCHEDULE;
  const added: readonly Toleration[] = [
    ...NO_EXECUTE.map((key) => ({ key, operator: "Exists", effect: "NoExecute" })),
    ...noSchedule.map((key) => ({ key, operator: "Exists", effect: "NoSchedule" })),
  ];
  const own = template.spec?.tolerations ?? [];
  const kept = own.filter(
    (one) =>
      !added.some(
        (other) =>
          other.key === one.key &&
          other.effect === one.effect &&
          one.operator === "Exists" &&
          one.tolerationSeconds === undefined,
      ),
  );
  return [...kept, ...added];
}

const known = new WeakMap<PodTemplateSpec, WeakMap<Node, Placement>>();

/** Where the template's pods may run, by node name, selectors and taints; remembered by identity. */
export function placementOf(set: DaemonSet, node: Node, mutants: ReadonlySet<string>): Placement {
  const template = set.spec?.template;
  if (template === undefined) return NOWHERE;
  if (mutants.has("DS-06")) return place(template, node, true);
  let byNode = known.get(template);
  if (byNode === undefined) known.set(template, (byNode = new WeakMap()));
  let placement = byNode.get(node);
  if (placement === undefined) byNode.set(node, (placement = place(template, node, false)));
  return placement;
}

function place(template: PodTemplateSpec, node: Node, strict: boolean): Placement {
  const { spec } = template;
  if ((spec?.nodeName ?? "") !== "" && spec?.nodeName !== node.metadata.name) return NOWHERE;
  if (!requiredAffinityMatches(spec ?? {}, node)) return NOWHERE;
  const tolerations = daemonTolerations(template);
  const untolerated = (node.spec?.taints ?? []).filter(
    (taint) => taint.effect !== "PreferNoSchedule" && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
  const mayStay = strict ? untolerated.length === 0 : !untolerated.some(({ effect }) => effect === "NoExecute");
  return { shouldRun: untolerated.length === 0, mayStay };
}

/** The node that a daemon pod is on or meant for. */
export function targetNode({ spec }: Pod): string {
  if (spec.nodeName !== undefined && spec.nodeName !== "") return spec.nodeName;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const { matchFields } of terms)
    for (const { key, operator, values } of matchFields ?? [])
      if (key === "metadata.name" && operator === "In" && values?.length === 1) return values[0] ?? "";
  return "";
}

/** The spec of the pod for one node: the scheduler brings it there by affinity. */
export function specForNode(template: PodTemplateSpec, node: string): unknown {
  const { spec } = template;
  const only = { nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: [node] }] }] };
  const nodeAffinity = { ...spec?.affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: only };
  return { ...spec, affinity: { ...spec?.affinity, nodeAffinity }, tolerations: daemonTolerations(template) };
}
